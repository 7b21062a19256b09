// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/helium/scaling.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// One output channel of a depthwise convolution: lines of outputs, each from the lines of the input that its
// windows cover. Input number v of the lines goes to byte (place along the line) * cross_taps + v of the
// columns: the latest lines then lie side by side, a window is one run of bytes, and what a new line takes
// the place of is no longer needed. The assembly knows the offsets.
struct DepthwiseLines {
  const std::int32_t* places;      // 0: per line: of its fresh inputs, -1 for padding; of its outputs
  const std::int8_t* in;           // 4: what places of inputs count from
  std::int8_t* out;                // 8: and of outputs
  std::int8_t* columns;            // 12: of the padding just before the inputs of a line
  std::int32_t in_advance;         // 16: bytes of eight inputs along a line
  std::int32_t columns_advance;    // 20: 8 * cross_taps
  std::int32_t inputs;             // 24: along a line
  std::int32_t cross_taps;         // 28: lines of a window, all of them fresh for the first line
  std::int32_t bias;               // 32
  std::int32_t multiplier;         // 36
  std::int32_t shift;              // 40
  std::int32_t out_zero_point;     // 44
  std::int32_t out_advance;        // 48: bytes of four outputs along a line
  const std::int8_t* windows;      // 52: the first one of the line before the first
  std::int32_t quads;              // 56: whole groups of four outputs
  std::int32_t rest;               // 60: outputs after them
  std::int32_t lines;              // 64: left to do
  std::int32_t fresh;              // 68: lines of the input that an output line after the first one adds
  std::int32_t lowest;             // 72
  std::int32_t highest;            // 76
  const std::int8_t* filter;       // 80
  std::int32_t in_zero_point;      // 84
  std::int32_t window_step;        // 88: bytes from window to window
  std::int32_t quad_step;          // 92: from the end of the first of four windows to the next four
  std::int32_t more_vectors;       // 96: of the filter, after the first
  std::int8_t* padding;            // 100: the columns after the inputs, padding to begin with
  std::int32_t padding_bytes;      // 104
  std::uint32_t kept[2];           // 108: used inside
  std::uint16_t in_places[8];      // 116: of eight inputs
  std::uint16_t column_places[8];  // 132
  std::uint32_t out_places[4];     // 148: of four outputs
};

// The lines in plain C++.
template <class Scaling>
void depthwise_lines_plain(const DepthwiseLines& l) {
  constexpr std::int32_t vector = 16;
  const Clamp clamp{l.lowest, l.highest};
  const std::int32_t* place = l.places;
  std::int32_t copied = 0;
  for (std::int32_t i = 0; i < l.padding_bytes; ++i) l.padding[i] = static_cast<std::int8_t>(l.in_zero_point);
  for (std::int32_t line = 0; line < l.lines; ++line) {
    for (std::int32_t f = line == 0 ? l.cross_taps : l.fresh; f > 0; --f, ++place, ++copied) {
      l.columns[copied] = static_cast<std::int8_t>(l.in_zero_point);
      for (std::int32_t i = 0; i < l.inputs; ++i) {
        const std::int32_t to = copied + l.cross_taps + i / 8 * l.columns_advance + l.column_places[i % 8];
        l.columns[to] = *place < 0 ? static_cast<std::int8_t>(l.in_zero_point)
                                   : l.in[*place + i / 8 * l.in_advance + l.in_places[i % 8]];
      }
    }
    std::int8_t* out = l.out + *place++;
    for (std::int32_t i = 0; i < 4 * l.quads + l.rest; ++i) {
      const std::int8_t* window = l.windows + copied + i * l.window_step;
      std::int32_t sum = l.bias;
      for (std::int32_t k = 0; k < (l.more_vectors + 1) * vector; ++k) {
        if (l.filter[k] != 0) sum += window[k] * l.filter[k];
      }
      out[i / 4 * l.out_advance + static_cast<std::int32_t>(l.out_places[i % 4])] = static_cast<std::int8_t>(
          output_value<Scaling>(sum, l.multiplier, l.shift, l.out_zero_point, clamp));
    }
  }
}

#if defined(__ARM_FEATURE_MVE)
// Registers from line to line: r8 lines of the input so far, r9 `in`, r10 `places`, r11 the struct, q4
// weights of a single vector, q5 and q6 clamp, q7 places of the outputs.
#define COINFER_HELIUM_BEGIN    \
  "ldr r0, [r11, #84]\n"        \
  "vdup.8 q0, r0\n"             \
  "ldrd r1, r2, [r11, #100]\n"  \
  "wlstp.8 lr, r2, 8f\n"        \
  "7:\n"                        \
  "vstrb.8 q0, [r1], #16\n"     \
  "letp lr, 7b\n"               \
  "8:\n"                        \
  "ldr r0, [r11, #80]\n"        \
  "vldrb.u8 q4, [r0]\n"         \
  "ldrd r0, r2, [r11, #72]\n"   \
  "vdup.32 q5, r0\n"            \
  "vdup.32 q6, r2\n"            \
  "vldrw.u32 q7, [r11, #148]\n" \
  "ldr r10, [r11]\n"            \
  "ldr r9, [r11, #4]\n"         \
  "ldr r3, [r11, #28]\n"        \
  "mov r8, #0\n"                \
  "1:\n"

// Copies r3 lines of the input, the padding before each again: an older line has reached it.
#define COINFER_HELIUM_COPY_LINES \
  "vldrh.u16 q1, [r11, #116]\n"   \
  "vldrh.u16 q2, [r11, #132]\n"   \
  "ldrd r2, r4, [r11, #12]\n"     \
  "ldrd r5, r6, [r11, #20]\n"     \
  "ldr r12, [r11, #84]\n"         \
  "11:\n"                         \
  "ldr r0, [r10], #4\n"           \
  "strb r12, [r2, r8]\n"          \
  "add r1, r2, r8\n"              \
  "add r1, r1, r5, lsr #3\n"      \
  "cmp r0, #0\n"                  \
  "blt 14f\n"                     \
  "add r0, r0, r9\n"              \
  "wlstp.16 lr, r6, 13f\n"        \
  "12:\n"                         \
  "vldrb.u16 q0, [r0, q1]\n"      \
  "vstrb.16 q0, [r1, q2]\n"       \
  "add r0, r0, r4\n"              \
  "add r1, r1, r5\n"              \
  "letp lr, 12b\n"                \
  "13:\n"                         \
  "add r8, r8, #1\n"              \
  "subs r3, r3, #1\n"             \
  "bne 11b\n"

// The next line of outputs; after the last one, past what copies a line of padding.
#define COINFER_HELIUM_NEXT     \
  "ldrd r8, r10, [r11, #108]\n" \
  "ldr r9, [r11, #4]\n"         \
  "ldrd r2, r3, [r11, #64]\n"   \
  "subs r2, r2, #1\n"           \
  "str r2, [r11, #64]\n"        \
  "bne 1b\n"                    \
  "b 16f\n"                     \
  "14:\n"                       \
  "vdup.8 q0, r12\n"            \
  "dlstp.16 lr, r6\n"           \
  "15:\n"                       \
  "vstrb.16 q0, [r1, q2]\n"     \
  "add r1, r1, r5\n"            \
  "letp lr, 15b\n"              \
  "b 13b\n"                     \
  "16:\n"

// Scales four sums of the channel, with its registers for bias, multiplier, shift and zero point.
#define COINFER_HELIUM_SCALE(bias, multiplier, shift, zero_point) \
  "vmov q0[2], q0[0], r0, r4\n"                                   \
  "vmov q0[3], q0[1], r2, r6\n"                                   \
  "vadd.i32 q0, q0, " bias                                        \
  "\n"                                                            \
  ".if %c[rule] == 2\n"                                           \
  "vqdmulh.s32 q0, q0, " multiplier                               \
  "\n"                                                            \
  ".else\n"                                                       \
  "vqrdmulh.s32 q0, q0, " multiplier                              \
  "\n"                                                            \
  ".endif\n"                                                      \
  ".if %c[rule] == 0\n"                                           \
  "vshr.s32 q1, q0, #31\n"                                        \
  "vadd.i32 q0, q0, q1\n"                                         \
  ".endif\n"                                                      \
  "vrshl.s32 q0, " shift                                          \
  "\n"                                                            \
  "vadd.i32 q0, q0, " zero_point                                  \
  "\n"                                                            \
  "vmax.s32 q0, q0, q5\n"                                         \
  "vmin.s32 q0, q0, q6\n"

#define COINFER_HELIUM_CHANGED                                                               \
  "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "r14", "cc", "memory", \
      COINFER_HELIUM_VECTORS

#define COINFER_HELIUM_FOUR_OUTPUTS \
  "vldrb.u8 q0, [r1], #%c[step]\n"  \
  "vldrb.u8 q1, [r1], #%c[step]\n"  \
  "vmladav.s8 r0, q0, q4\n"         \
  "vldrb.u8 q2, [r1], #%c[step]\n"  \
  "vmladav.s8 r2, q1, q4\n"         \
  "vldrb.u8 q3, [r1], #%c[step]\n"  \
  "vmladav.s8 r4, q2, q4\n"         \
  "vmladav.s8 r6, q3, q4\n" COINFER_HELIUM_SCALE("r5", "r8", "r9", "r10")

// Windows that fit one vector of the filter, `step` bytes apart: 20 instructions (22 where ties need care)
// per four outputs, 5 per eight inputs copied, about 35 per line.
template <ScalingRule rule, int step>
[[gnu::noinline]] void depthwise_lines(DepthwiseLines& lines) {
  register DepthwiseLines* p asm("r11") = &lines;
  asm volatile(COINFER_HELIUM_BEGIN COINFER_HELIUM_COPY_LINES
               "ldr r3, [r10], #4\n"
               "ldr r12, [r11, #8]\n"
               "ldrd r1, r0, [r11, #52]\n"
               "add r3, r3, r12\n"
               "add r1, r1, r8\n"
               "strd r8, r10, [r11, #108]\n"
               "add r2, r11, #32\n"
               "ldm r2, {r5, r8, r9, r10, r12}\n"
               "wls lr, r0, 3f\n"
               "2:\n" COINFER_HELIUM_FOUR_OUTPUTS
               "vstrb.32 q0, [r3, q7]\n"
               "add r3, r3, r12\n"
               "le lr, 2b\n"
               "3:\n"
               "ldr r0, [r11, #60]\n"
               "cbz r0, 4f\n"
               "vctp.32 r0\n" COINFER_HELIUM_FOUR_OUTPUTS
               "vpst\n"
               "vstrbt.32 q0, [r3, q7]\n"
               "4:\n" COINFER_HELIUM_NEXT
               :
               : "r"(p), [rule] "i"(static_cast<int>(rule)), [step] "i"(step)
               : COINFER_HELIUM_CHANGED);
}

// Any windows: 9 instructions per 16 taps of four outputs, 27 (29) besides.
template <ScalingRule rule>
[[gnu::noinline]] void depthwise_lines(DepthwiseLines& lines) {
  register DepthwiseLines* p asm("r11") = &lines;
  asm volatile(
      COINFER_HELIUM_BEGIN
      COINFER_HELIUM_COPY_LINES
      "ldr r12, [r10], #4\n"
      "ldr r0, [r11, #8]\n"
      "strd r8, r10, [r11, #108]\n"
      "add r12, r12, r0\n"
      "ldrd r1, r10, [r11, #52]\n"
      "add r1, r1, r8\n"
      "cmp r10, #0\n"
      "beq 5f\n"
      "mov r0, #16\n"
      "vctp.8 r0\n"
      "2:\n"
      "ldr r0, [r11, #88]\n"
      "ldr r8, [r11, #80]\n"
      "add r3, r1, r0\n"
      "add r5, r3, r0\n"
      "add r9, r5, r0\n"
      "ldr r14, [r11, #96]\n"
      "vldrb.u8 q4, [r8], #16\n"
      "vldrb.u8 q0, [r1], #16\n"
      "vldrb.u8 q1, [r3], #16\n"
      "vmladav.s8 r0, q0, q4\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladav.s8 r2, q1, q4\n"
      "vldrb.u8 q3, [r9], #16\n"
      "vmladav.s8 r4, q2, q4\n"
      "vmladav.s8 r6, q3, q4\n"
      "wls lr, lr, 4f\n"
      "3:\n"
      "vldrb.u8 q4, [r8], #16\n"
      "vldrb.u8 q0, [r1], #16\n"
      "vldrb.u8 q1, [r3], #16\n"
      "vmladava.s8 r0, q0, q4\n"
      "vldrb.u8 q2, [r5], #16\n"
      "vmladava.s8 r2, q1, q4\n"
      "vldrb.u8 q3, [r9], #16\n"
      "vmladava.s8 r4, q2, q4\n"
      "vmladava.s8 r6, q3, q4\n"
      "le lr, 3b\n"
      "4:\n"
      "add r8, r11, #32\n"
      "ldm r8, {r3, r5, r8, r9}\n"
      COINFER_HELIUM_SCALE("r3", "r5", "r8", "r9")
      "ldr r0, [r11, #48]\n"
      "ldr r2, [r11, #92]\n"
      "vpst\n"
      "vstrbt.32 q0, [r12, q7]\n"
      "add r12, r12, r0\n"
      "add r1, r1, r2\n"
      "subs r10, r10, #1\n"
      "bgt 2b\n"
      "blt 6f\n"
      // the outputs after the last four
      "5:\n"
      "ldr r0, [r11, #60]\n"
      "cbz r0, 6f\n"
      "vctp.32 r0\n"
      "mov r10, #0\n"
      "b 2b\n"
      "6:\n"
      COINFER_HELIUM_NEXT
      :
      : "r"(p), [rule] "i"(static_cast<int>(rule))
      : COINFER_HELIUM_CHANGED);
}

#undef COINFER_HELIUM_BEGIN
#undef COINFER_HELIUM_COPY_LINES
#undef COINFER_HELIUM_NEXT
#undef COINFER_HELIUM_SCALE
#undef COINFER_HELIUM_FOUR_OUTPUTS
#undef COINFER_HELIUM_CHANGED
#else
template <ScalingRule rule, int step = 0>
void depthwise_lines(DepthwiseLines& lines) {
  depthwise_lines_plain<VectorScaling<rule> >(lines);
}
#endif

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
