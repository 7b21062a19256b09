// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// sum + the products of four int8, given as int16 pairs, and of four that follow `from`.
inline std::int32_t multiply_add_four(Word even, Word odd, const std::int8_t* from, std::int32_t sum) {
  const Word word = load_word(from);
  return multiply_add_pairs(odd, odd_bytes(word), multiply_add_pairs(even, even_bytes(word), sum));
}

// For the four gates of an LSTM's unit: each value is widened once. 1.9 instructions per product.
struct Dot {
  static void dot_4(const std::int8_t* values, const std::int8_t* rows, std::int32_t size,
                    std::int32_t* sums) {
    std::int32_t sum_0 = 0;
    std::int32_t sum_1 = 0;
    std::int32_t sum_2 = 0;
    std::int32_t sum_3 = 0;
    const std::int8_t* row_2 = rows + 2 * size;
    std::int32_t i = 0;
    for (; i + 4 <= size; i += 4) {
      const Word word = load_word(values + i);
      const Word even = even_bytes(word);
      const Word odd = odd_bytes(word);
      sum_0 = multiply_add_four(even, odd, rows + i, sum_0);
      sum_1 = multiply_add_four(even, odd, rows + i + size, sum_1);
      sum_2 = multiply_add_four(even, odd, row_2 + i, sum_2);
      sum_3 = multiply_add_four(even, odd, row_2 + i + size, sum_3);
    }
    for (; i < size; ++i) {
      sum_0 += values[i] * rows[i];
      sum_1 += values[i] * rows[i + size];
      sum_2 += values[i] * row_2[i];
      sum_3 += values[i] * row_2[i + size];
    }
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
  }
};

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
