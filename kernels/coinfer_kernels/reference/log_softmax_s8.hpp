// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/log_softmax.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/fixed_point.hpp"
#include "coinfer_kernels/reference/logarithm.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// Below 4096 channels: the sum of exponentials has 12 integer bits.
template <class Rounding>
void log_softmax_s8(const LogSoftmax& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                    Scratch /*scratch*/) {
  constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.shape.width; ++x) {
      const std::int8_t* values = in.row(y) + x * p.shape.channels;
      std::int8_t* logarithms = out.row(y) + x * p.shape.channels;
      std::int32_t most = -128;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        if (values[c] > most) most = values[c];
      }
      const auto scaled = [&](std::int32_t difference) {
        return Rounding::multiply(difference, p.multiplier, p.left_shift);
      };
      std::int32_t sum = 0;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        const std::int32_t difference = values[c] - most;
        if (difference < p.diff_min) continue;
        sum += fixed_point::divide(fixed_point::exp_of_negative(scaled(difference)), 12);
      }
      const std::int32_t log_of_sum = fixed_point::log_of_at_least_one(sum);
      // Differences at or below it would not fit 5 integer bits once the logarithm is taken off.
      const std::int32_t representable =
          Rounding::multiply(log_of_sum + lowest, p.reverse_multiplier, p.reverse_shift);
      const std::int32_t below = representable > p.diff_min - 1 ? representable : p.diff_min - 1;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        const std::int32_t difference = values[c] - most;
        std::int32_t logarithm = -128;
        if (difference > below) logarithm = fixed_point::divide(scaled(difference) - log_of_sum, 22) + 127;
        logarithms[c] = static_cast<std::int8_t>(Clamp{}(logarithm));
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
