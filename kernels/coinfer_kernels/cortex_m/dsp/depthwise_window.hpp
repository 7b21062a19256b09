// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

// One row of outputs of a depthwise channel, from rows of widened inputs and a window of any size.
COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// Two neighbouring taps of a row of the window: for outputs whose window begins at the first element of a
// word, and at the second.
struct TapPair {
  Word even;
  Word odd;
};

// The order of the members is known to the assembly.
struct DepthwiseWindowRow {
  static constexpr std::int32_t block = 4;  // tap pairs of which a row of the window has a multiple

  const TapPair* taps;  // [rows of the window that are inside][blocks * block]
  const TapPair* taps_end;
  const Word* words;  // where the first of these rows begins for the first output
  std::int32_t
      skip;  // bytes from behind the words of a row that are read for a group of outputs to the next row
  std::int32_t blocks;  // in a row of the window
  std::int32_t bias;
  std::int32_t multiplier;
  std::int32_t shift;     // before the last halving
  std::int32_t added;     // before the shift
  std::int32_t out_step;  // bytes from one output to the next
  std::int8_t* out;
  std::int32_t count;  // of outputs, at least 1
};

// Words of a row that are read for a group of four outputs: `blocks` as in DepthwiseWindowRow.
constexpr std::int32_t group_words(std::int32_t stride, std::int32_t blocks) {
  return 2 * stride - 1 + DepthwiseWindowRow::block * blocks;
}
// The same for `count` outputs, whole groups where the assembly takes the stride.
constexpr std::int32_t window_row_words(std::int32_t count, std::int32_t stride, std::int32_t blocks) {
  return (count + 3) / 4 * 4 * stride / 2 - 2 * stride + group_words(stride, blocks);
}

// In plain C++, with any stride and scaling. Rows of the input are `row_words` words apart.
template <class Rounding>
void depthwise_window_row_plain(const DepthwiseWindowRow& row, std::int32_t row_words, std::int32_t stride,
                                const ChannelRecord& channel, std::int32_t out_zero_point, bool narrow) {
  const std::int32_t offset = output_offset(out_zero_point);
  const std::int32_t places = row.blocks * DepthwiseWindowRow::block;
  for (std::int32_t i = 0; i < row.count; ++i) {
    const Word* words = row.words + i * stride / 2;
    const bool odd = i * stride % 2 != 0;
    std::int32_t sum = row.bias;
    for (const TapPair* taps = row.taps; taps != row.taps_end; taps += places, words += row_words) {
      for (std::int32_t place = 0; place < places; ++place) {
        sum = multiply_add_pairs(words[place], odd ? taps[place].odd : taps[place].even, sum);
      }
    }
    row.out[i * row.out_step] = static_cast<std::int8_t>(narrow ? scale_narrow<Rounding>(sum, channel, offset)
                                                                : scale_any<Rounding>(sum, channel, offset));
  }
}

#if COINFER_DSP
// r0 words, r1 taps, r9-r12 sums of four outputs, lr blocks that are left; the rest as each stride needs
// them. On the stack: DepthwiseWindowRow.

// r2-r5 taps, r6-r8 words.
#define COINFER_DSP_ROW_1 "ldr    r6, [r0], #4                  \n"
#define COINFER_DSP_TWO_PLACES(first, second, third) \
  "ldm    r1!, {r2-r5}                  \n"          \
  "ldm    r0!, {" second ", " third                  \
  "}\n"                                              \
  "smlad  r9, " first                                \
  ", r2, r9         \n"                              \
  "smlad  r10, " first                               \
  ", r3, r10       \n"                               \
  "smlad  r11, " second                              \
  ", r2, r11      \n"                                \
  "smlad  r12, " second                              \
  ", r3, r12      \n"                                \
  "smlad  r9, " second                               \
  ", r4, r9        \n"                               \
  "smlad  r10, " second                              \
  ", r5, r10      \n"                                \
  "smlad  r11, " third                               \
  ", r4, r11       \n"                               \
  "smlad  r12, " third ", r5, r12       \n"
#define COINFER_DSP_BLOCK_1                \
  COINFER_DSP_TWO_PLACES("r6", "r7", "r8") \
  COINFER_DSP_TWO_PLACES("r8", "r6", "r7") \
  "mov    r6, r7                        \n"

// r2 taps, r5-r8 words.
#define COINFER_DSP_ROW_2 "ldm    r0!, {r5-r7}                   \n"
#define COINFER_DSP_PLACE(first, second, third, fourth) \
  "ldr    r2, [r1], #8                  \n"             \
  "ldr    " fourth                                      \
  ", [r0], #4          \n"                              \
  "smlad  r9, " first                                   \
  ", r2, r9         \n"                                 \
  "smlad  r10, " second                                 \
  ", r2, r10      \n"                                   \
  "smlad  r11, " third                                  \
  ", r2, r11       \n"                                  \
  "smlad  r12, " fourth ", r2, r12      \n"
#define COINFER_DSP_BLOCK_2                 \
  COINFER_DSP_PLACE("r5", "r6", "r7", "r8") \
  COINFER_DSP_PLACE("r6", "r7", "r8", "r5") \
  COINFER_DSP_PLACE("r7", "r8", "r5", "r6") \
  COINFER_DSP_PLACE("r8", "r5", "r6", "r7")

#define COINFER_DSP_WINDOW_ROW(row, block, group_bytes, twice, scale) \
  "push   {r4-r11, lr}                  \n" \
  "ldm    r0, {r1-r12}                  \n" \
  "push   {r1-r12}                      \n" \
  "1:                                   \n" \
  "ldr    r9, [sp, #20]                 \n" \
  "ldr    r1, [sp]                      \n" \
  "ldr    r0, [sp, #8]                  \n" \
  "mov    r10, r9                       \n" \
  "mov    r11, r9                       \n" \
  "add    r2, r0, #" group_bytes "      \n" \
  "mov    r12, r9                       \n" \
  "str    r2, [sp, #8]                  \n" \
  "b      4f                            \n" \
  "2:                                   \n" \
  "ldr    lr, [sp, #16]                 \n" \
  row                                       \
  "3:                                   \n" \
  block                                     \
  "subs   lr, #1                        \n" \
  "bne    3b                            \n" \
  "ldr    r3, [sp, #12]                 \n" \
  "add    r0, r3                        \n" \
  "4:                                   \n" \
  "ldr    r3, [sp, #4]                  \n" \
  "cmp    r1, r3                        \n" \
  "bne    2b                            \n" \
  COINFER_DSP_LINE_OUTPUTS(twice, scale, "") \
  "add    sp, #48                       \n" \
  "pop    {r4-r11, pc}                  \n"
#define COINFER_DSP_TWICE                   \
  "add    r9, r9, r9                    \n" \
  "add    r10, r10, r10                 \n" \
  "add    r11, r11, r11                 \n" \
  "add    r12, r12, r12                 \n"

template <class Rounding, int stride>
struct WindowRow;
template <>
struct WindowRow<rounding::Double, 1> {
  __attribute__((naked, noinline)) static void run(const DepthwiseWindowRow& /*row*/) {
    asm volatile(COINFER_DSP_WINDOW_ROW(COINFER_DSP_ROW_1, COINFER_DSP_BLOCK_1, "8", COINFER_DSP_TWICE,
                                        COINFER_DSP_LINE_SCALE_DOUBLE));
  }
};
template <>
struct WindowRow<rounding::Single, 1> {
  __attribute__((naked, noinline)) static void run(const DepthwiseWindowRow& /*row*/) {
    asm volatile(COINFER_DSP_WINDOW_ROW(COINFER_DSP_ROW_1, COINFER_DSP_BLOCK_1, "8", "",
                                        COINFER_DSP_LINE_SCALE_SINGLE));
  }
};
template <>
struct WindowRow<rounding::Double, 2> {
  __attribute__((naked, noinline)) static void run(const DepthwiseWindowRow& /*row*/) {
    asm volatile(COINFER_DSP_WINDOW_ROW(COINFER_DSP_ROW_2, COINFER_DSP_BLOCK_2, "16", COINFER_DSP_TWICE,
                                        COINFER_DSP_LINE_SCALE_DOUBLE));
  }
};
template <>
struct WindowRow<rounding::Single, 2> {
  __attribute__((naked, noinline)) static void run(const DepthwiseWindowRow& /*row*/) {
    asm volatile(COINFER_DSP_WINDOW_ROW(COINFER_DSP_ROW_2, COINFER_DSP_BLOCK_2, "16", "",
                                        COINFER_DSP_LINE_SCALE_SINGLE));
  }
};
static_assert(sizeof(DepthwiseWindowRow) == 48 && offsetof(DepthwiseWindowRow, multiplier) == 24 &&
                  offsetof(DepthwiseWindowRow, out) == 40,
              "coinfer: the assembly of WindowRow relies on these");
#undef COINFER_DSP_TWICE
#undef COINFER_DSP_WINDOW_ROW
#undef COINFER_DSP_BLOCK_2
#undef COINFER_DSP_PLACE
#undef COINFER_DSP_ROW_2
#undef COINFER_DSP_BLOCK_1
#undef COINFER_DSP_TWO_PLACES
#undef COINFER_DSP_ROW_1
#endif

// One row of outputs.
template <class Rounding>
void depthwise_window_row(const DepthwiseWindowRow& row, std::int32_t row_words, std::int32_t stride,
                          const ChannelRecord& channel, std::int32_t out_zero_point, bool narrow) {
#if COINFER_DSP
  if (narrow && stride == 1) return WindowRow<Rounding, 1>::run(row);
  if (narrow && stride == 2) return WindowRow<Rounding, 2>::run(row);
#endif
  depthwise_window_row_plain<Rounding>(row, row_words, stride, channel, out_zero_point, narrow);
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
