// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer_kernels/cortex_m/helium/matrix_product.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// Whole blocks of output channels by one vector of the input. The assembly knows the offsets.
struct VectorProduct {
  const std::int8_t* in;          // 0
  const std::int8_t* in_end;      // 4
  const std::int8_t* filter;      // 8
  const ChannelRecord* channels;  // 12
  std::int8_t* out;               // 16
  std::int32_t blocks;            // 20: at least one
  std::int32_t out_zero_point;    // 24
  std::int32_t lowest;            // 28
  std::int32_t highest;           // 32
  std::int32_t padding;           // 36: zeros in front of the filter's values
  const void* entry;              // 40: used inside
};

#if defined(__ARM_FEATURE_MVE)
// Four channels at a time: 9.5 instructions per 64 products, and 30 per block.
template <ScalingRule rule>
[[gnu::noinline]] void vector_product(VectorProduct& product) {
  register VectorProduct* p asm("r11") = &product;
  asm volatile(
      ".balign 4\n"  // adr counts from a multiple of 4; at -Os functions begin at any multiple of 2
      // r12, r10: the input with its padding; the steps are entered (their number % 4) steps before their end
      "ldrd r12, r10, [r11]\n"
      "ldr r0, [r11, #36]\n"
      "sub r12, r12, r0\n"
      "sub r3, r10, r12\n"
      "lsrs r3, r3, #4\n"
      "subs r3, #1\n"
      "and r3, r3, #3\n"
      "movs r2, #36\n"
      "mul r3, r3, r2\n"
      "adr.w r2, 3f\n"
      "sub r2, r2, r3\n"
      "orr r2, r2, #1\n"
      "str r2, [r11, #40]\n"
      // the first vector's values are in its last lanes
      "vctp.8 r0\n"
      "vpnot\n"
      // q5, q6: clamp; q7, q3, q4: places of four channels' constants
      "ldrd r0, r2, [r11, #28]\n"
      "vdup.32 q5, r0\n"
      "vdup.32 q6, r2\n"
      "movs r0, #0\n"
      "vidup.u32 q7, r0, #4\n"
      "movs r2, #3\n"
      "vmul.i32 q7, q7, r2\n"
      "movs r0, #4\n"
      "vadd.i32 q3, q7, r0\n"
      "vadd.i32 q4, q3, r0\n"
      "ldrd r5, r9, [r11, #8]\n"
      "ldrd r3, r14, [r11, #16]\n"
      "ldr r8, [r11, #24]\n"
      "1:\n"
      "mov r1, r12\n"
      "vpst\n"
      "vldrbt.u8 q0, [r1], #16\n"
      "vldrb.u8 q1, [r5], #16\n"
      "vmladav.s8 r0, q0, q1\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r2, q0, q2\n"
      "vldrb.u8 q1, [r5], #16\n"
      "vmladav.s8 r4, q0, q1\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r6, q0, q2\n"
      "ldr pc, [r11, #40]\n"
      "2:\n"
      ".rept 4\n"
      "vldrb.u8 q0, [r1], #16\n"
      "vldrb.u8 q1, [r5], #16\n"
      "vmladava.s8 r0, q0, q1\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r2, q0, q2\n"
      "vldrb.u8 q1, [r5], #16\n"
      "vmladava.s8 r4, q0, q1\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r6, q0, q2\n"
      ".endr\n"
      "3:\n"
      "cmp r1, r10\n"
      "bne 2b\n"
      "vmov q0[2], q0[0], r0, r4\n"
      "vldrw.u32 q1, [r9, q7]\n"
      "vmov q0[3], q0[1], r2, r6\n"
      "vldrw.u32 q2, [r9, q3]\n"
      "vadd.i32 q0, q0, q1\n"
      "vldrw.u32 q1, [r9, q4]\n"
      ".if %c[rule] == 2\n"
      "vqdmulh.s32 q0, q0, q2\n"
      ".else\n"
      "vqrdmulh.s32 q0, q0, q2\n"
      ".endif\n"
      "add r9, r9, #48\n"
      ".if %c[rule] == 0\n"
      "vshr.s32 q2, q0, #31\n"
      "vadd.i32 q0, q0, q2\n"
      ".endif\n"
      "vrshl.s32 q0, q0, q1\n"
      "vadd.i32 q0, q0, r8\n"
      "vmax.s32 q0, q0, q5\n"
      "vmin.s32 q0, q0, q6\n"
      "vstrb.32 q0, [r3], #4\n"
      "le lr, 1b\n"
      :
      : "r"(p), [rule] "i"(static_cast<int>(rule))
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "r14", "cc", "memory",
        COINFER_HELIUM_VECTORS);
}
#else
template <ScalingRule rule>
void vector_product(VectorProduct& v) {
  constexpr std::int32_t block = layout::Helium::channel_block;
  const std::int32_t filled = static_cast<std::int32_t>(v.in_end - v.in) + v.padding;
  MatrixProduct m{};
  m.out_zero_point = v.out_zero_point;
  m.lowest = v.lowest;
  m.highest = v.highest;
  m.padding = v.padding;
  for (std::int32_t first = 0; first < v.blocks * block; first += block) {
    m.filter = v.filter + first * filled;
    m.filter_end = m.filter + block * filled;
    m.channels = v.channels + first;
    matrix_product_plain<VectorScaling<rule> >(m, v.in, v.out + first, block);
  }
}
#endif

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
