// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/l2_normalization.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/inverse_square_root.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// Up to 33025 channels: the sum of squares has 32 bits.
template <class Rounding>
void l2_normalization_s8(const L2Normalization& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                         RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.shape.width; ++x) {
      const std::int8_t* values = in.row(y) + x * p.shape.channels;
      std::int8_t* normalized = out.row(y) + x * p.shape.channels;
      std::int32_t squares = 0;
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        const std::int32_t value = values[c] - p.in_zero_point;
        squares += value * value;
      }
      const fixed_point::InverseSquareRoot scale = fixed_point::inverse_square_root(squares);
      for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        normalized[c] = static_cast<std::int8_t>(output_value<Rounding>(
            values[c] - p.in_zero_point, scale.multiplier, scale.shift + 7, 0, Clamp{}));
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
