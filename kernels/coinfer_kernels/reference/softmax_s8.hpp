// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/softmax.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/fixed_point.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// Two passes over the channels: the sum of exp(value - maximum) with 12 integer bits, then its quotients.
// Below 8192 channels; above 511, where TensorFlow Lite Micro may stop, a quotient below 1/512 becomes 0.
template <class Rounding>
void softmax_s8(const Softmax& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                Scratch /*scratch*/) {
  constexpr std::int32_t sum_integer_bits = 12;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.shape.width; ++x) {
      const std::int8_t* values = in.row(y) + x * p.shape.channels;
      std::int8_t* probabilities = out.row(y) + x * p.shape.channels;
      std::int32_t most = -128;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        if (values[c] > most) most = values[c];
      }
      std::uint32_t sum = 0;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        const std::int32_t difference = values[c] - most;
        if (difference < p.diff_min) continue;
        const std::int32_t scaled = Rounding::multiply(difference, p.multiplier, p.left_shift);
        sum += static_cast<std::uint32_t>(
            fixed_point::divide(fixed_point::exp_of_negative(scaled), sum_integer_bits));
      }
      std::int32_t headroom = 0;  // leading zeros of the sum, which is at least 1/2
      while (headroom < 31 && ((sum << headroom) >> 31) == 0) ++headroom;
      const auto fraction = static_cast<std::int32_t>((sum << headroom) - (std::uint32_t{1} << 31));
      const std::int32_t reciprocal = fixed_point::one_over_one_plus(fraction);
      const std::int32_t exponent = sum_integer_bits - headroom + 31 - 8;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        const std::int32_t difference = values[c] - most;
        std::int32_t probability = 0;
        if (difference >= p.diff_min && exponent <= 31) {
          const std::int32_t scaled = Rounding::multiply(difference, p.multiplier, p.left_shift);
          probability = fixed_point::divide(
              fixed_point::multiply(reciprocal, fixed_point::exp_of_negative(scaled)), exponent);
        }
        probabilities[c] = static_cast<std::int8_t>(probability > 255 ? 127 : probability - 128);
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
