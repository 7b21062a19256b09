// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/ops/quantize.hpp"
#include "coinfer/weights.hpp"

namespace coinfer::kernels {

// Nearest int8 of value / scale + zero_point, ties away from zero before the zero point is added. Beyond the
// range it saturates, and a NaN becomes the zero point: such input comes from outside.
inline std::int8_t quantized(float value, float scale, std::int32_t zero_point) {
  const float quotient = value / scale;
  if (quotient >= 256.0F) return 127;
  if (quotient <= -256.0F) return -128;
  if (quotient != quotient) return static_cast<std::int8_t>(zero_point);
  const auto whole = static_cast<std::int32_t>(quotient);
  const float fraction = quotient - static_cast<float>(whole);
  const std::int32_t nearest = whole + (fraction >= 0.5F ? 1 : (fraction <= -0.5F ? -1 : 0)) + zero_point;
  return static_cast<std::int8_t>(nearest < -128 ? -128 : (nearest > 127 ? 127 : nearest));
}

namespace reference {

template <class Rounding>
void quantize_f32_s8(const Quantize& p, Rows<const float> in, Rows<std::int8_t> out, RowRange rows,
                     Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const float* in_row = in.row(y);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) {
      out_row[i] = quantized(in_row[i], p.scale, p.zero_point);
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
