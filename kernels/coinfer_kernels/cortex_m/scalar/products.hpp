// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/scalar/pixel_pairs.hpp"
#include "coinfer_kernels/cortex_m/scalar/products_thumb_1.hpp"
#include "coinfer_kernels/cortex_m/scalar/products_thumb_2.hpp"

// The innermost loops. Microcontrollers have them in assembly, for each of the two instruction sets; here is
// what it does.
COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// Taps from `pairs` to `end`, an even number of them, with one filter.
inline void add_products(const PixelPair* pairs, const PixelPair* end, const std::int8_t* filter,
                         PairSums& sums) {
  PairSums local = sums;
  for (; pairs != end; pairs += 2, filter += 2) local.add_step(pairs[0], filter[0], pairs[1], filter[1]);
  sums = local;
}

// Groups of four elements of a vector with `width` channels of a filter: in a group [channel][tap].
COINFER_NOINLINE inline void add_vector(const std::int8_t* vector, const std::int8_t* end,
                                        const std::int8_t* filter, std::int32_t width, std::int32_t* sums) {
  for (; vector != end; vector += 4) {
    for (std::int32_t j = 0; j < width; ++j, filter += 4) {
      std::int32_t sum = sums[j];
      for (std::int32_t i = 0; i < 4; ++i) sum += vector[i] * filter[i];
      sums[j] = sum;
    }
  }
}

#if !COINFER_THUMB
// Groups of four taps with the filters of two channels, whose groups alternate.
inline void add_products_of_two(const PixelPair* pairs, const PixelPair* end, const std::int8_t* filter,
                                PairSums* sums) {
  for (; pairs != end; pairs += 4, filter += 8) {
    add_products(pairs, pairs + 4, filter, sums[0]);
    add_products(pairs, pairs + 4, filter + 4, sums[1]);
  }
}

// add_vector() of four channels, at least one group.
inline void add_vector_of_four(const std::int8_t* vector, const std::int8_t* end, const std::int8_t* filter,
                               std::int32_t* sums) {
  add_vector(vector, end, filter, 4, sums);
}

// Two taps at least, an even number of them, with a filter of words.
inline void add_words(const PixelPair* pairs, const std::int32_t* filter, const std::int32_t* filter_end,
                      PairSums& sums) {
  PairSums local = sums;
  for (; filter != filter_end; pairs += 2, filter += 2) {
    local.add_step(pairs[0], filter[0], pairs[1], filter[1]);
  }
  sums = local;
}
#endif

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
