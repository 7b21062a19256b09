// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/add.hpp"
#include "coinfer/rows.hpp"
#include "coinfer_kernels/cortex_m/helium/scaling.hpp"
#include "coinfer_kernels/reference/add_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// The operand of the larger scale is halved, which is exact.
constexpr bool halves(const AddOperand& operand) {
  return operand.multiplier == 1 << 30 && operand.shift == 0;
}
constexpr bool scales_down(std::int32_t shift) { return shift >= -31 && shift <= -1; }

// True where add_run() computes the stage: the first or the second operand is halved, the other one is too or
// is scaled down, and so is the sum.
constexpr bool adds_in_vectors(const Add& p) {
  const bool operands = halves(p.first) ? halves(p.second) || scales_down(p.second.shift)
                                        : halves(p.second) && scales_down(p.first.shift);
  return operands && scales_down(p.out_shift);
}

#if defined(__ARM_FEATURE_MVE)
// `count` sums of elements of an operand that is halved and of another one; `out` may be either of them.
// 19 instructions per four elements, 21 where ties need care.
template <ScalingRule rule>
[[gnu::noinline]] void add_run(const Add& p, const AddOperand& halved, const AddOperand& other,
                               const std::int8_t* from_halved, const std::int8_t* from_other,
                               std::int8_t* out, std::int32_t count) {
  // A half is scaled down too: from twice its size, exactly.
  const bool both = halves(other);
  const std::int32_t in_vectors[] = {other.zero_point, halved.zero_point * (1 << 19), p.out_zero_point,
                                     p.clamp.min, p.clamp.max};
  std::int32_t left = count;
  asm volatile(
      "ldr lr, [%[in_vectors]]\n"
      "vdup.32 q3, lr\n"
      "ldr lr, [%[in_vectors], #4]\n"
      "vdup.32 q4, lr\n"
      "ldr lr, [%[in_vectors], #8]\n"
      "vdup.32 q5, lr\n"
      "ldr lr, [%[in_vectors], #12]\n"
      "vdup.32 q6, lr\n"
      "ldr lr, [%[in_vectors], #16]\n"
      "vdup.32 q7, lr\n"
      "wlstp.32 lr, %[left], 2f\n"
      "mov %[left], #524288\n"
      "1:\n"
      "vldrb.s32 q0, [%[from_other]], #4\n"
      "vsub.i32 q0, q0, q3\n"
      "vshl.s32 q0, %[widen]\n"
      ".if %c[rule] == 2\n"
      "vqdmulh.s32 q0, q0, %[multiplier]\n"
      ".else\n"
      "vqrdmulh.s32 q0, q0, %[multiplier]\n"
      "vshr.s32 q1, q0, #31\n"
      "vadd.i32 q0, q0, q1\n"
      ".endif\n"
      "vldrb.s32 q1, [%[from_halved]], #4\n"
      "vrshl.s32 q0, %[shift]\n"
      "vmla.s32 q0, q1, %[left]\n"
      "vsub.i32 q0, q0, q4\n"
      ".if %c[rule] == 2\n"
      "vqdmulh.s32 q0, q0, %[out_multiplier]\n"
      ".else\n"
      "vqrdmulh.s32 q0, q0, %[out_multiplier]\n"
      ".endif\n"
      ".if %c[rule] == 0\n"
      "vshr.s32 q1, q0, #31\n"
      "vadd.i32 q0, q0, q1\n"
      ".endif\n"
      "vrshl.s32 q0, %[out_shift]\n"
      "vadd.i32 q0, q0, q5\n"
      "vmax.s32 q0, q0, q6\n"
      "vmin.s32 q0, q0, q7\n"
      "vstrb.32 q0, [%[out]], #4\n"
      "letp lr, 1b\n"
      "2:\n"
      : [from_other] "+l"(from_other), [from_halved] "+l"(from_halved), [out] "+l"(out), [left] "+r"(left)
      : [in_vectors] "r"(in_vectors), [widen] "r"(both ? 21 : 20), [multiplier] "r"(other.multiplier),
        [shift] "r"(both ? -1 : other.shift), [out_multiplier] "r"(p.out_multiplier),
        [out_shift] "r"(p.out_shift), [rule] "i"(static_cast<int>(rule))
      : "lr", "cc", "memory", COINFER_HELIUM_VECTORS);
}
#else
template <ScalingRule rule>
void add_run(const Add& p, const AddOperand& halved, const AddOperand& other, const std::int8_t* from_halved,
             const std::int8_t* from_other, std::int8_t* out, std::int32_t count) {
  constexpr ScalingRule other_rule = rule == ScalingRule::once ? rule : ScalingRule::twice;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t value = from_other[i] - other.zero_point;
    const std::int32_t sum = (from_halved[i] - halved.zero_point) * (1 << 19) +
                             (halves(other) ? value * (1 << 19)
                                            : VectorScaling<other_rule>::multiply(
                                                  value * (1 << 20), other.multiplier, other.shift));
    out[i] = static_cast<std::int8_t>(
        output_value<VectorScaling<rule> >(sum, p.out_multiplier, p.out_shift, p.out_zero_point, p.clamp));
  }
}
#endif

template <ScalingRule rule>
[[gnu::noinline]] void add_s8(const Add& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                              Rows<std::int8_t> out, RowRange rows) {
  if (halves(p.second) && !halves(p.first)) {
    for (std::int32_t y = rows.begin; y < rows.end; ++y) {
      add_run<rule>(p, p.second, p.first, second.row(y), first.row(y), out.row(y), p.shape.row_elements());
    }
  } else {
    for (std::int32_t y = rows.begin; y < rows.end; ++y) {
      add_run<rule>(p, p.first, p.second, first.row(y), second.row(y), out.row(y), p.shape.row_elements());
    }
  }
}

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
