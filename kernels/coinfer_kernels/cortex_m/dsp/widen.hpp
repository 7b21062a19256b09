// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/dsp/matrix_tile.hpp"

// int8 to the int16 pairs that SMLAD takes.
COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// Four taps of each pixel of a tile per group, `groups` >= 1. Returns the group behind the last one.
#if COINFER_DSP
COINFER_NOINLINE inline TapGroup* widen_pixels(const std::int8_t* const* pixels, std::int32_t groups,
                                               TapGroup* to) {
  asm volatile(
      "ldm    %[pixels], {r4, r5, r6}\n"
      "1:\n"
      "ldr    r3, [r4], #4\n"
      "ldr    r8, [r5], #4\n"
      "ldr    r9, [r6], #4\n"
      "subs   %[groups], #1\n"
      "sxtb16 r10, r3, ror #8\n"
      "sxtb16 r11, r8, ror #8\n"
      "sxtb16 r12, r9, ror #8\n"
      "sxtb16 r3, r3\n"
      "sxtb16 r8, r8\n"
      "sxtb16 r9, r9\n"
      "stm    %[to]!, {r3, r8, r9, r10, r11, r12}\n"
      "bne    1b\n"
      : [groups] "+&r"(groups), [to] "+&r"(to)
      : [pixels] "r"(pixels)
      : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
  return to;
}
#else
inline TapGroup* widen_pixels(const std::int8_t* const* pixels, std::int32_t groups, TapGroup* to) {
  for (std::int32_t i = 0; i < groups; ++i, ++to) {
    for (std::int32_t pixel = 0; pixel < tile_pixels; ++pixel) {
      const Word word = load_word(pixels[pixel] + 4 * i);
      to->even[pixel] = even_bytes(word);
      to->odd[pixel] = odd_bytes(word);
    }
  }
  return to;
}
#endif

// The same for one pixel of the tile.
inline void widen_pixel(const std::int8_t* from, std::int32_t groups, TapGroup* to, std::int32_t pixel) {
  for (; groups > 0; --groups, from += 4, ++to) {
    const Word word = load_word(from);
    to->even[pixel] = even_bytes(word);
    to->odd[pixel] = odd_bytes(word);
  }
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
