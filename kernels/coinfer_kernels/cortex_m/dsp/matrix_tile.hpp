// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

// The matrix product that every convolution comes to: three pixels by pairs of output channels. The assembly
// keeps the six sums in registers; four taps of them take 19 instructions, of which 12 are SMLAD.
COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

constexpr std::int32_t tile_pixels = 3;

// Taps as the tile reads them, in groups of four: bytes 0 and 2 of each pixel, then bytes 1 and 3.
struct TapGroup {
  Word even[tile_pixels];
  Word odd[tile_pixels];
};

// The order of the members is known to the assembly.
struct MatrixTile {
  std::int8_t* out[tile_pixels];  // first channel of each pixel; pixel 0 is stored last, pixel 2 first
  const ChannelRecord* channels;
  const ChannelRecord* channels_end;
  std::int32_t offset;     // output_offset()
  const TapGroup* groups;  // widened pixels
  const TapGroup* groups_end;
  const std::int8_t* filter;  // of the first channel: in layout::Dsp
};

// One sum of a pair of channels (width 2) or of a last single one (width 1); `filter` is its first word.
inline std::int32_t tile_sum(const MatrixTile& tile, const std::int8_t* filter, std::int32_t width,
                             std::int32_t pixel, std::int32_t sum) {
  for (const TapGroup* group = tile.groups; group != tile.groups_end; ++group, filter += 4 * width) {
    const Word weights = load_word(filter);
    sum = multiply_add_pairs(even_bytes(weights), group->even[pixel], sum);
    sum = multiply_add_pairs(odd_bytes(weights), group->odd[pixel], sum);
  }
  return sum;
}

// All channels of a tile in plain C++; scale(accumulator, channel, offset) gives the output value.
template <class Scale>
void matrix_tile_plain(MatrixTile tile, const Scale& scale) {
  const auto depth = static_cast<std::int32_t>(tile.groups_end - tile.groups) * 4;
  while (tile.channels != tile.channels_end) {
    const std::int32_t width = tile.channels_end - tile.channels > 1 ? 2 : 1;
    for (std::int32_t j = 0; j < width; ++j) {
      for (std::int32_t pixel = tile_pixels - 1; pixel >= 0; --pixel) {
        const std::int32_t sum = tile_sum(tile, tile.filter + 4 * j, width, pixel, tile.channels[j].bias);
        *tile.out[pixel]++ = static_cast<std::int8_t>(scale(sum, tile.channels[j], tile.offset));
      }
    }
    tile.filter += depth * width;
    tile.channels += width;
  }
}

// An even number of channels of a stage for which Dsp::narrow() holds.
#if COINFER_DSP
// r0-r2 pixels, r3 r4 filter, r5 widened filter, r6-r8 sums of the first channel, r9-r11 of the second,
// r12 tap groups, lr filter. On the stack: MatrixTile without its last member, then where to enter the loop.
#define COINFER_DSP_TAPS                    \
  "ldrd   r3, r4, [lr], #8              \n" \
  "ldm.w  r12!, {r0, r1, r2}            \n" \
  "sxtb16.w r5, r3                      \n" \
  "smlad  r6, r5, r0, r6                \n" \
  "smlad  r7, r5, r1, r7                \n" \
  "smlad  r8, r5, r2, r8                \n" \
  "sxtb16.w r5, r4                      \n" \
  "smlad  r9, r5, r0, r9                \n" \
  "smlad  r10, r5, r1, r10              \n" \
  "smlad  r11, r5, r2, r11              \n" \
  "ldm.w  r12!, {r0, r1, r2}            \n" \
  "sxtb16.w r3, r3, ror #8              \n" \
  "sxtb16.w r4, r4, ror #8              \n" \
  "smlad  r6, r3, r0, r6                \n" \
  "smlad  r7, r3, r1, r7                \n" \
  "smlad  r8, r3, r2, r8                \n" \
  "smlad  r9, r4, r0, r9                \n" \
  "smlad  r10, r4, r1, r10              \n" \
  "smlad  r11, r4, r2, r11              \n"
// scale_narrow() of one sum: r12 is free, r4 (r5) what is added for the first (second) channel.
#define COINFER_DSP_SCALE_DOUBLE(sum, multiplier, shift, added) \
  "add    r12, " added ", " sum                                 \
  ", asr #31\n"                                                 \
  "lsl    " sum ", " sum                                        \
  ", #1            \n"                                          \
  "smmlar " sum ", " sum ", " multiplier                        \
  ", r12\n"                                                     \
  "asr    " sum ", " sum ", " shift                             \
  "     \n"                                                     \
  "ssat   " sum ", #8, " sum ", asr #1    \n"
#define COINFER_DSP_SCALE_SINGLE(sum, multiplier, shift, added) \
  "smmla  " sum ", " sum ", " multiplier ", " added             \
  "\n"                                                          \
  "asr    " sum ", " sum ", " shift                             \
  "     \n"                                                     \
  "ssat   " sum ", #8, " sum ", asr #1    \n"
#define COINFER_DSP_TILE(scale, lessen_shifts) \
  "push   {r4-r11, lr}                  \n"                      \
  "sub    sp, #36                       \n"                      \
  "ldr    lr, [r0, #32]                 \n"                      \
  "ldm    r0, {r1-r8}                   \n"                      \
  "stm    sp, {r1-r8}                   \n"                      \
  /* The loop has four groups: it is entered at group -n % 4 for n groups of 24 bytes. */ \
  "sub    r8, r8, r7                    \n"                      \
  "asr    r8, r8, #3                    \n"                      \
  "and    r8, r8, #3                    \n"                      \
  "movs   r1, #76                       \n"                      \
  "mul    r8, r8, r1                    \n"                      \
  "adr    r1, 2f                        \n"                      \
  "add    r1, r1, r8                    \n"                      \
  "add    r1, r1, #1                    \n"                      \
  "str    r1, [sp, #32]                 \n"                      \
  "mov    r3, r4                        \n"                      \
  "1:                                   \n"                      \
  "ldr    r6, [r3]                      \n"                      \
  "ldr    r9, [r3, #12]                 \n"                      \
  "mov    r7, r6                        \n"                      \
  "mov    r8, r6                        \n"                      \
  "mov    r10, r9                       \n"                      \
  "mov    r11, r9                       \n"                      \
  "ldr    r12, [sp, #24]                \n"                      \
  "ldr    pc, [sp, #32]                 \n"                      \
  ".balign 4                            \n"                      \
  "2:                                   \n"                      \
  COINFER_DSP_TAPS COINFER_DSP_TAPS COINFER_DSP_TAPS COINFER_DSP_TAPS \
  "ldr    r5, [sp, #28]                 \n"                      \
  "cmp    r12, r5                       \n"                      \
  "bne    2b                            \n"                      \
  "ldr    r12, [sp, #12]                \n"                      \
  "ldrd   r0, r1, [r12, #4]             \n"                      \
  "ldrd   r2, r3, [r12, #16]            \n"                      \
  "ldr    r12, [sp, #20]                \n"                      \
  lessen_shifts                                                  \
  "lsl    r4, r12, r1                   \n"                      \
  "lsl    r5, r12, r3                   \n"                      \
  scale("r6", "r0", "r1", "r4")                                  \
  scale("r7", "r0", "r1", "r4")                                  \
  scale("r8", "r0", "r1", "r4")                                  \
  scale("r9", "r2", "r3", "r5")                                  \
  scale("r10", "r2", "r3", "r5")                                 \
  scale("r11", "r2", "r3", "r5")                                 \
  "ldm    sp, {r0-r4}                   \n"                      \
  "strb   r8, [r2], #1                  \n"                      \
  "strb   r7, [r1], #1                  \n"                      \
  "strb   r6, [r0], #1                  \n"                      \
  "strb   r11, [r2], #1                 \n"                      \
  "strb   r10, [r1], #1                 \n"                      \
  "strb   r9, [r0], #1                  \n"                      \
  "adds   r3, #24                       \n"                      \
  "stm    sp, {r0-r3}                   \n"                      \
  "cmp    r3, r4                        \n"                      \
  "bne    1b                            \n"                      \
  "add    sp, #36                       \n"                      \
  "pop    {r4-r11, pc}                  \n"

template <class Rounding>
void matrix_tile_narrow(const MatrixTile& tile);
template <>
__attribute__((naked, noinline)) inline void matrix_tile_narrow<rounding::Double>(
    const MatrixTile& /*tile*/) {
  asm volatile(COINFER_DSP_TILE(COINFER_DSP_SCALE_DOUBLE, ""));
}
template <>
__attribute__((naked, noinline)) inline void matrix_tile_narrow<rounding::Single>(
    const MatrixTile& /*tile*/) {
  asm volatile(COINFER_DSP_TILE(COINFER_DSP_SCALE_SINGLE,
                                "sub r1, r1, #1\n"
                                "sub r3, r3, #1\n"));
}
static_assert(sizeof(MatrixTile) == 36 && offsetof(MatrixTile, filter) == 32 && sizeof(TapGroup) == 24 &&
                  sizeof(ChannelRecord) == 12,
              "coinfer: the assembly of matrix_tile_narrow() relies on these");
#undef COINFER_DSP_TILE
#undef COINFER_DSP_SCALE_SINGLE
#undef COINFER_DSP_SCALE_DOUBLE
#undef COINFER_DSP_TAPS
#else
template <class Rounding>
void matrix_tile_narrow(const MatrixTile& tile) {
  matrix_tile_plain(tile, scale_narrow<Rounding>);
}
#endif

// All channels of a tile of any stage.
template <class Rounding>
COINFER_NOINLINE void matrix_tile(const MatrixTile& tile, bool narrow) {
  if (!narrow) return matrix_tile_plain(tile, scale_any<Rounding>);
  const std::ptrdiff_t count = tile.channels_end - tile.channels;
  MatrixTile part = tile;
  part.channels_end = tile.channels + count / 2 * 2;
  if (count > 1) matrix_tile_narrow<Rounding>(part);
  if (count % 2 == 0) return;
  part.filter += count / 2 * 8 * (tile.groups_end - tile.groups);
  part.channels = part.channels_end;
  part.channels_end = tile.channels_end;
  for (std::int8_t*& out : part.out) out += count - 1;
  matrix_tile_plain(part, scale_any<Rounding>);
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
