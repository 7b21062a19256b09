// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

// One line of outputs of a depthwise channel from its last three input lines, widened.
COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// A window of three by three, stride 1 or 2. The order of the members is known to the assembly.
struct DepthwiseLine3x3 {
  const Word* taps;  // [6] by slot: taps 0 and 1, taps 1 and 2
  std::int32_t multiplier;
  std::int32_t shift;     // before the last halving
  std::int32_t added;     // before the shift
  std::int32_t out_step;  // bytes from one output to the next
  std::int8_t* out;
  std::int32_t count;  // of outputs, at least 1
  std::int32_t bias;   // with taps of twice their values and twice the bias under double rounding
};

// Words of a line beyond those that `count` outputs need are read: whole groups of four outputs are computed.
constexpr std::int32_t depthwise_places(std::int32_t count, std::int32_t stride) {
  return ((count + 3) / 4 * 4 - 1) * stride / 2 + 3;
}

#if COINFER_DSP
// r0-r5 taps, r6-r8 a place of the ring, r9-r12 sums of four outputs, lr ring. On the stack:
// DepthwiseLine3x3. The sums of a place are those of the windows that begin in it (both) and in the place
// before.
#define COINFER_DSP_BEGIN(even, odd, bias) \
  "smlad  " even ", r6, r0, " bias         \
  "\n"                                     \
  "smlatb " odd ", r6, r0, " bias          \
  "\n"                                     \
  "smlad  " even ", r7, r2, " even         \
  "\n"                                     \
  "smlatb " odd ", r7, r2, " odd           \
  "\n"                                     \
  "smlad  " even ", r8, r4, " even         \
  "\n"                                     \
  "smlatb " odd ", r8, r4, " odd "\n"
#define COINFER_DSP_BEGIN_EVEN(even, bias) \
  "smlad  " even ", r6, r0, " bias         \
  "\n"                                     \
  "smlad  " even ", r7, r2, " even         \
  "\n"                                     \
  "smlad  " even ", r8, r4, " even "\n"
#define COINFER_DSP_END_EVEN(even) \
  "smlabt " even ", r6, r1, " even \
  "\n"                             \
  "smlabt " even ", r7, r3, " even \
  "\n"                             \
  "smlabt " even ", r8, r5, " even "\n"
#define COINFER_DSP_END_ODD(odd) \
  "smlad  " odd ", r6, r1, " odd \
  "\n"                           \
  "smlad  " odd ", r7, r3, " odd \
  "\n"                           \
  "smlad  " odd ", r8, r5, " odd "\n"
#define COINFER_DSP_NEXT "ldm.w lr!, {r6, r7, r8}\n"
#define COINFER_DSP_STAY "ldm.w lr, {r6, r7, r8}\n"
#define COINFER_DSP_STRIDE_1                                                                         \
  COINFER_DSP_NEXT COINFER_DSP_BEGIN("r9", "r10", "r12") COINFER_DSP_NEXT COINFER_DSP_END_EVEN("r9") \
      COINFER_DSP_END_ODD("r10") COINFER_DSP_BEGIN("r11", "r12", "r12")                              \
          COINFER_DSP_STAY COINFER_DSP_END_EVEN("r11") COINFER_DSP_END_ODD("r12")
#define COINFER_DSP_STRIDE_2                                                                       \
  COINFER_DSP_NEXT COINFER_DSP_BEGIN_EVEN("r9", "r12") COINFER_DSP_NEXT COINFER_DSP_END_EVEN("r9") \
      COINFER_DSP_BEGIN_EVEN("r10", "r12") COINFER_DSP_NEXT COINFER_DSP_END_EVEN("r10")            \
          COINFER_DSP_BEGIN_EVEN("r11", "r12") COINFER_DSP_NEXT COINFER_DSP_END_EVEN("r11")        \
              COINFER_DSP_BEGIN_EVEN("r12", "r12") COINFER_DSP_STAY COINFER_DSP_END_EVEN("r12")
#define COINFER_DSP_LINE(sums, scale) \
  "push   {r4-r11, lr}                  \n" \
  "ldr    r2, [r0, #28]                 \n" \
  "push   {r2, r3}                      \n" \
  "ldm    r0, {r2, r8-r12, lr}          \n" \
  "ldm    r2, {r2-r7}                   \n" \
  "push   {r2-r12, lr}                  \n" \
  "mov    lr, r1                        \n" \
  "ldm    sp, {r0-r5}                   \n" \
  "1:                                   \n" \
  "ldr    r12, [sp, #48]                \n" \
  sums                                      \
  COINFER_DSP_LINE_OUTPUTS("", scale, "ldm    sp, {r0-r5}\n") \
  "add    sp, #56                       \n" \
  "pop    {r4-r11, pc}                  \n"

template <class Rounding, int stride>
struct Line3x3;
template <>
struct Line3x3<rounding::Double, 1> {
  __attribute__((naked, noinline)) static void run(const DepthwiseLine3x3& /*line*/, const Word* /*ring*/) {
    asm volatile(COINFER_DSP_LINE(COINFER_DSP_STRIDE_1, COINFER_DSP_LINE_SCALE_DOUBLE));
  }
};
template <>
struct Line3x3<rounding::Single, 1> {
  __attribute__((naked, noinline)) static void run(const DepthwiseLine3x3& /*line*/, const Word* /*ring*/) {
    asm volatile(COINFER_DSP_LINE(COINFER_DSP_STRIDE_1, COINFER_DSP_LINE_SCALE_SINGLE));
  }
};
template <>
struct Line3x3<rounding::Double, 2> {
  __attribute__((naked, noinline)) static void run(const DepthwiseLine3x3& /*line*/, const Word* /*ring*/) {
    asm volatile(COINFER_DSP_LINE(COINFER_DSP_STRIDE_2, COINFER_DSP_LINE_SCALE_DOUBLE));
  }
};
template <>
struct Line3x3<rounding::Single, 2> {
  __attribute__((naked, noinline)) static void run(const DepthwiseLine3x3& /*line*/, const Word* /*ring*/) {
    asm volatile(COINFER_DSP_LINE(COINFER_DSP_STRIDE_2, COINFER_DSP_LINE_SCALE_SINGLE));
  }
};
static_assert(offsetof(DepthwiseLine3x3, multiplier) == 4 && offsetof(DepthwiseLine3x3, out) == 20 &&
                  offsetof(DepthwiseLine3x3, bias) == 28,
              "coinfer: the assembly of Line3x3 relies on these");
#undef COINFER_DSP_LINE
#undef COINFER_DSP_STRIDE_2
#undef COINFER_DSP_STRIDE_1
#undef COINFER_DSP_STAY
#undef COINFER_DSP_NEXT
#undef COINFER_DSP_END_ODD
#undef COINFER_DSP_END_EVEN
#undef COINFER_DSP_BEGIN_EVEN
#undef COINFER_DSP_BEGIN
#else
template <class Rounding, int stride>
struct Line3x3 {
  static void run(const DepthwiseLine3x3& line, const Word* ring) {
    constexpr bool twice = std::is_same_v<Rounding, rounding::Double>;
    for (std::int32_t i = 0; i < line.count; ++i) {
      const std::int32_t place = i * stride / 2;
      std::int32_t sum = line.bias;
      for (std::int32_t slot = 0; slot < 3; ++slot) {
        const Word first = ring[place * 3 + slot];
        const Word second = ring[place * 3 + 3 + slot];
        const Word taps_01 = line.taps[2 * slot];
        const Word taps_12 = line.taps[2 * slot + 1];
        if (i * stride % 2 == 0) {
          sum = wrapped_sum(multiply_add_pairs(first, taps_01, sum), low_half(second) * high_half(taps_12));
        } else {
          sum = wrapped_sum(multiply_add_pairs(second, taps_12, sum), high_half(first) * low_half(taps_01));
        }
      }
      const std::int64_t product = std::int64_t{sum} * line.multiplier + (twice ? std::int64_t{1} << 31 : 0);
      const std::int32_t scaled =
          static_cast<std::int32_t>(product >> 32) + line.added + (twice && sum < 0 ? -1 : 0);
      line.out[i * line.out_step] = static_cast<std::int8_t>(Clamp{}((scaled >> line.shift) >> 1));
    }
  }
};
#endif

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
