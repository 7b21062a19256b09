// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer_kernels/cortex_m/helium/scaling.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// Blocks of output channels by pairs of vectors of the input, one vector per pixel of the output. The
// assembly knows the offsets and changes what says so.
struct MatrixProduct {
  const std::int8_t* in;          // 0: of the first pixel
  std::int32_t in_step;           // 4: from pixel to pixel
  const std::int8_t* filter;      // 8: of the next block
  const std::int8_t* filter_end;  // 12: of the next block
  std::int8_t* out;               // 16: of the next block and pair
  std::int32_t out_step;          // 20: from pixel to pixel
  std::int32_t pairs_step;        // 24: from the end of a pair of inputs to the begin of the next pair
  std::int8_t* out_end;           // 28: of the next block, after the last pair
  const ChannelRecord* channels;  // 32: of the next block
  std::int32_t out_zero_point;    // 36
  std::int32_t lowest;            // 40
  std::int32_t highest;           // 44
  std::int32_t padding;           // 48: zeros in front of the filter's values
  std::int32_t blocks;            // 52: left
  std::int32_t out_bytes;         // 56: from `out` to `out_end`, less the channels of a block
  const void* entry;              // 60: set inside
};

// One pixel in plain C++, for `channels` of the block's channels.
template <class Scaling>
void matrix_product_plain(const MatrixProduct& m, const std::int8_t* in, std::int8_t* out,
                          std::int32_t channels) {
  constexpr std::int32_t vector = layout::Helium::vector;
  constexpr std::int32_t block = layout::Helium::channel_block;
  const Clamp clamp{m.lowest, m.highest};
  const auto filled = static_cast<std::int32_t>(m.filter_end - m.filter) / block;
  for (std::int32_t c = 0; c < channels; ++c) {
    std::int32_t sum = m.channels[c].bias;
    for (std::int32_t i = m.padding; i < filled; ++i) {
      sum += in[i - m.padding] * m.filter[i / vector * vector * block + c * vector + i % vector];
    }
    out[c] = static_cast<std::int8_t>(
        output_value<Scaling>(sum, m.channels[c].multiplier, m.channels[c].shift, m.out_zero_point, clamp));
  }
}

#if defined(__ARM_FEATURE_MVE)
// Two pixels by four channels: 8 sums in the even core registers. The steps of 16 taps are unrolled four
// times and entered in the middle: 14.5 instructions per 128 products, 31 (35 where ties need care) per 8
// outputs. Changes product.out.
template <ScalingRule rule>
[[gnu::noinline]] void matrix_product(MatrixProduct& product) {
  register MatrixProduct* p asm("r11") = &product;
  asm volatile(
      ".balign 4\n"  // adr counts from a multiple of 4; at -Os functions begin at any multiple of 2
      // the steps are entered (their number % 4) steps before their end
      "ldrd r1, r3, [r11, #8]\n"
      "sub r3, r3, r1\n"
      "lsrs r3, r3, #6\n"
      "subs r3, #1\n"
      "and r3, r3, #3\n"
      "movs r2, #56\n"
      "mul r3, r3, r2\n"
      "adr.w r2, 3f\n"
      "sub r2, r2, r3\n"
      "orr r2, r2, #1\n"
      "str r2, [r11, #60]\n"
      // q6, q7: clamp; the first vector's values are in its last lanes
      "ldrd r0, r2, [r11, #40]\n"
      "vdup.32 q6, r0\n"
      "vdup.32 q7, r2\n"
      "ldr r0, [r11, #48]\n"
      "vctp.8 r0\n"
      "vpnot\n"
      // a block; q3, q4, q5: bias, multiplier, shift
      "4:\n"
      "movs r0, #0\n"
      "vidup.u32 q0, r0, #4\n"
      "movs r2, #3\n"
      "vmul.i32 q0, q0, r2\n"
      "ldr r1, [r11, #32]\n"
      "vldrw.u32 q3, [r1, q0]\n"
      "adds r1, #4\n"
      "vldrw.u32 q4, [r1, q0]\n"
      "adds r1, #4\n"
      "vldrw.u32 q5, [r1, q0]\n"
      "adds r1, #40\n"
      "str r1, [r11, #32]\n"
      "ldr r0, [r11, #48]\n"
      "ldrd r1, r3, [r11]\n"
      "sub r1, r1, r0\n"
      "add r3, r3, r1\n"
      "1:\n"
      "ldrd r5, r9, [r11, #8]\n"
      "vpstt\n"
      "vldrbt.u8 q0, [r1], #16\n"
      "vldrbt.u8 q1, [r3], #16\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r0, q0, q2\n"
      "vmladav.s8 r8, q1, q2\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r2, q0, q2\n"
      "vmladav.s8 r10, q1, q2\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r4, q0, q2\n"
      "vmladav.s8 r12, q1, q2\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r6, q0, q2\n"
      "vmladav.s8 r14, q1, q2\n"
      "ldr pc, [r11, #60]\n"
      "2:\n"
      ".rept 4\n"
      "vldrb.u8 q0, [r1], #16\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r0, q0, q2\n"
      "vldrb.u8 q1, [r3], #16\n"
      "vmladava.s8 r8, q1, q2\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r2, q0, q2\n"
      "vmladava.s8 r10, q1, q2\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r4, q0, q2\n"
      "vmladava.s8 r12, q1, q2\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r6, q0, q2\n"
      "vmladava.s8 r14, q1, q2\n"
      ".endr\n"
      "3:\n"
      "cmp r5, r9\n"
      "bne 2b\n"
      "vmov q0[2], q0[0], r0, r4\n"
      "vmov q1[2], q1[0], r8, r12\n"
      "vmov q0[3], q0[1], r2, r6\n"
      "vmov q1[3], q1[1], r10, r14\n"
      "vadd.i32 q0, q0, q3\n"
      "vadd.i32 q1, q1, q3\n"
      "ldr r0, [r11, #36]\n"
      ".if %c[rule] == 2\n"
      "vqdmulh.s32 q0, q0, q4\n"
      "vqdmulh.s32 q1, q1, q4\n"
      ".else\n"
      "vqrdmulh.s32 q0, q0, q4\n"
      "vqrdmulh.s32 q1, q1, q4\n"
      ".endif\n"
      ".if %c[rule] == 0\n"
      "vshr.s32 q2, q0, #31\n"
      "vadd.i32 q0, q0, q2\n"
      "vshr.s32 q2, q1, #31\n"
      "vadd.i32 q1, q1, q2\n"
      ".endif\n"
      "vrshl.s32 q0, q0, q5\n"
      "vrshl.s32 q1, q1, q5\n"
      "vadd.i32 q0, q0, r0\n"
      "vadd.i32 q1, q1, r0\n"
      "ldrd r0, r2, [r11, #16]\n"
      "vmax.s32 q0, q0, q6\n"
      "vmax.s32 q1, q1, q6\n"
      "ldrd r4, r6, [r11, #24]\n"
      "vmin.s32 q0, q0, q7\n"
      "vmin.s32 q1, q1, q7\n"
      "vstrb.32 q0, [r0]\n"
      "add r0, r0, r2\n"
      "vstrb.32 q1, [r0]\n"
      "add r0, r0, r2\n"
      "str r0, [r11, #16]\n"
      "add r1, r1, r4\n"
      "add r3, r3, r4\n"
      "cmp r0, r6\n"
      "bne 1b\n"
      "ldr r1, [r11, #8]\n"
      "sub r1, r5, r1\n"
      "add r1, r1, r5\n"
      "strd r5, r1, [r11, #8]\n"
      "ldrd r1, r2, [r11, #52]\n"
      "sub r0, r0, r2\n"
      "str r0, [r11, #16]\n"
      "adds r6, r6, #4\n"
      "str r6, [r11, #28]\n"
      "subs r1, r1, #1\n"
      "str r1, [r11, #52]\n"
      "bne 4b\n"
      :
      : "r"(p), [rule] "i"(static_cast<int>(rule))
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "r14", "cc", "memory",
        COINFER_HELIUM_VECTORS);
}
#else
template <ScalingRule rule>
void matrix_product(MatrixProduct& m) {
  constexpr std::int32_t block = layout::Helium::channel_block;
  for (; m.blocks > 0; --m.blocks) {
    const std::int8_t* in = m.in;
    for (std::int8_t* out = m.out; out != m.out_end; out += m.out_step, in += m.in_step) {
      matrix_product_plain<VectorScaling<rule> >(m, in, out, block);
    }
    const auto filter_bytes = m.filter_end - m.filter;
    m.filter += filter_bytes;
    m.filter_end += filter_bytes;
    m.channels += block;
    m.out += block;
    m.out_end += block;
  }
}
#endif

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
