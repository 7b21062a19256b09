// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

// The product of a matrix with one vector: four output channels at a time, whose filter is read once and
// whose four taps take 18 instructions, of which 8 are SMLAD.
COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// Four elements of the widened vector: bytes 0 and 2, bytes 1 and 3.
struct VectorGroup {
  Word even;
  Word odd;
};

// `depth` elements, filled up with zeros.
inline void widen_vector(const std::int8_t* from, std::int32_t depth, VectorGroup* to) {
  for (; depth >= 4; depth -= 4, from += 4, ++to) {
    const Word word = load_word(from);
    *to = {even_bytes(word), odd_bytes(word)};
  }
  if (depth == 0) return;
  Word word = 0;
  std::memcpy(&word, from, static_cast<std::size_t>(depth));
  *to = {even_bytes(word), odd_bytes(word)};
}

// The order of the members is known to the assembly.
struct VectorTile {
  std::int8_t* out;  // first channel
  const ChannelRecord* channels;
  const ChannelRecord* channels_end;
  std::int32_t offset;        // output_offset()
  const VectorGroup* groups;  // the vector
  const VectorGroup* groups_end;
  const std::int8_t* filter;  // of the first channel: in layout::Dsp
};

// All channels in plain C++; scale(accumulator, channel, offset) gives the output value.
template <class Scale>
void vector_tile_plain(VectorTile tile, const Scale& scale) {
  while (tile.channels != tile.channels_end) {
    const std::ptrdiff_t left = tile.channels_end - tile.channels;
    const std::ptrdiff_t width = left < layout::Dsp::vector_block ? left : layout::Dsp::vector_block;
    for (std::ptrdiff_t j = 0; j < width; ++j) {
      std::int32_t sum = tile.channels[j].bias;
      const std::int8_t* filter = tile.filter + 4 * j;
      for (const VectorGroup* group = tile.groups; group != tile.groups_end; ++group, filter += 4 * width) {
        const Word weights = load_word(filter);
        sum = multiply_add_pairs(even_bytes(weights), group->even, sum);
        sum = multiply_add_pairs(odd_bytes(weights), group->odd, sum);
      }
      *tile.out++ = static_cast<std::int8_t>(scale(sum, tile.channels[j], tile.offset));
    }
    tile.filter += 4 * width * (tile.groups_end - tile.groups);
    tile.channels += width;
  }
}

// A multiple of four channels of a stage for which Dsp::narrow() holds.
#if COINFER_DSP
// r0-r3 filter, r4 widened filter, r5 end of the vector, r6-r9 sums, r10 r11 vector, r12 its place, lr
// filter. On the stack: VectorTile without its last member.
#define COINFER_DSP_CHANNEL(filter, sum) \
  "sxtb16.w r4, " filter                 \
  "\n"                                   \
  "sxtb16.w " filter ", " filter         \
  ", ror #8\n"                           \
  "smlad  " sum ", r4, r10, " sum        \
  "\n"                                   \
  "smlad  " sum ", " filter ", r11, " sum "\n"
// scale_narrow() of one sum: r0, r1 multiplier and shift, r3 the output's offset, r5 the channel's record.
#define COINFER_DSP_SCALE_DOUBLE(sum, record) \
  "ldrd   r0, r1, [r5, #" record              \
  "]\n"                                       \
  "lsl    r2, r3, r1\n"                       \
  "add    r2, r2, " sum                       \
  ", asr #31\n"                               \
  "lsl    " sum ", " sum                      \
  ", #1\n"                                    \
  "smmlar " sum ", " sum                      \
  ", r0, r2\n"                                \
  "asr    " sum ", " sum                      \
  ", r1\n"                                    \
  "ssat   " sum ", #8, " sum                  \
  ", asr #1\n"                                \
  "strb   " sum ", [r12], #1\n"
#define COINFER_DSP_SCALE_SINGLE(sum, record) \
  "ldrd   r0, r1, [r5, #" record              \
  "]\n"                                       \
  "sub    r1, r1, #1\n"                       \
  "lsl    r2, r3, r1\n"                       \
  "smmla  " sum ", " sum                      \
  ", r0, r2\n"                                \
  "asr    " sum ", " sum                      \
  ", r1\n"                                    \
  "ssat   " sum ", #8, " sum                  \
  ", asr #1\n"                                \
  "strb   " sum ", [r12], #1\n"
#define COINFER_DSP_GROUP                                                                                   \
  "ldm.w  lr!, {r0, r1, r2, r3}         \n"                                                                 \
  "ldrd   r10, r11, [r12], #8           \n" COINFER_DSP_CHANNEL("r0", "r6") COINFER_DSP_CHANNEL("r1", "r7") \
      COINFER_DSP_CHANNEL("r2", "r8") COINFER_DSP_CHANNEL("r3", "r9")
#define COINFER_DSP_TILE(scale) \
  "push   {r4-r11, lr}                  \n" \
  "sub    sp, #28                       \n" \
  "ldr    lr, [r0, #24]                 \n" \
  "ldm    r0, {r1-r6}                   \n" \
  "stm    sp, {r1-r6}                   \n" \
  /* The loop has two groups: for an odd number of groups it is entered at the second one. */ \
  "sub    r6, r6, r5                    \n" \
  "and    r6, r6, #8                    \n" \
  "str    r6, [sp, #24]                 \n" \
  "1:                                   \n" \
  "ldr    r5, [sp, #4]                  \n" \
  "ldr    r6, [r5]                      \n" \
  "ldr    r7, [r5, #12]                 \n" \
  "ldr    r8, [r5, #24]                 \n" \
  "ldr    r9, [r5, #36]                 \n" \
  "ldr    r12, [sp, #16]                \n" \
  "ldrd   r5, r4, [sp, #20]             \n" \
  "cmp    r4, #0                        \n" \
  "bne    3f                            \n" \
  "2:                                   \n" \
  COINFER_DSP_GROUP                         \
  "3:                                   \n" \
  COINFER_DSP_GROUP                         \
  "cmp    r12, r5                       \n" \
  "bne    2b                            \n" \
  "ldr    r12, [sp]                     \n" \
  "ldr    r5, [sp, #4]                  \n" \
  "ldr    r3, [sp, #12]                 \n" \
  scale("r6", "4")                          \
  scale("r7", "16")                         \
  scale("r8", "28")                         \
  scale("r9", "40")                         \
  "adds   r5, #48                       \n" \
  "ldr    r0, [sp, #8]                  \n" \
  "str    r12, [sp]                     \n" \
  "str    r5, [sp, #4]                  \n" \
  "cmp    r5, r0                        \n" \
  "bne    1b                            \n" \
  "add    sp, #28                       \n" \
  "pop    {r4-r11, pc}                  \n"

template <class Rounding>
void vector_tile_narrow(const VectorTile& tile);
template <>
__attribute__((naked, noinline)) inline void vector_tile_narrow<rounding::Double>(
    const VectorTile& /*tile*/) {
  asm volatile(COINFER_DSP_TILE(COINFER_DSP_SCALE_DOUBLE));
}
template <>
__attribute__((naked, noinline)) inline void vector_tile_narrow<rounding::Single>(
    const VectorTile& /*tile*/) {
  asm volatile(COINFER_DSP_TILE(COINFER_DSP_SCALE_SINGLE));
}
static_assert(sizeof(VectorTile) == 28 && offsetof(VectorTile, filter) == 24 && sizeof(VectorGroup) == 8 &&
                  sizeof(ChannelRecord) == 12,
              "coinfer: the assembly of vector_tile_narrow() relies on these");
#undef COINFER_DSP_TILE
#undef COINFER_DSP_GROUP
#undef COINFER_DSP_SCALE_SINGLE
#undef COINFER_DSP_SCALE_DOUBLE
#undef COINFER_DSP_CHANNEL
#else
template <class Rounding>
void vector_tile_narrow(const VectorTile& tile) {
  vector_tile_plain(tile, scale_narrow<Rounding>);
}
#endif

// All channels of any stage.
template <class Rounding>
COINFER_NOINLINE void vector_tile(const VectorTile& tile, bool narrow) {
  if (!narrow) return vector_tile_plain(tile, scale_any<Rounding>);
  const std::ptrdiff_t count = (tile.channels_end - tile.channels) / 4 * 4;
  VectorTile part = tile;
  part.channels_end = tile.channels + count;
  if (count > 0) vector_tile_narrow<Rounding>(part);
  part.out += count;
  part.channels = part.channels_end;
  part.channels_end = tile.channels_end;
  part.filter += count * 4 * (tile.groups_end - tile.groups);
  vector_tile_plain(part, scale_any<Rounding>);
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
