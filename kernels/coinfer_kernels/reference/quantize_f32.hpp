// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/quantize.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// Nearest T of value / scale + zero_point, ties away from zero before the zero point is added. Beyond the
// range it saturates, and a NaN becomes the zero point: such input comes from outside.
template <class T>
T quantized(float value, float scale, std::int32_t zero_point) {
  constexpr std::int32_t lowest = std::numeric_limits<T>::min();
  constexpr std::int32_t highest = std::numeric_limits<T>::max();
  constexpr auto beyond = static_cast<float>(highest - lowest + 1);
  const float quotient = value / scale;
  if (quotient >= beyond) return highest;
  if (quotient <= -beyond) return lowest;
  if (quotient != quotient) return static_cast<T>(zero_point);
  const auto whole = static_cast<std::int32_t>(quotient);
  const float fraction = quotient - static_cast<float>(whole);
  const std::int32_t nearest = whole + (fraction >= 0.5F ? 1 : (fraction <= -0.5F ? -1 : 0)) + zero_point;
  return static_cast<T>(nearest < lowest ? lowest : (nearest > highest ? highest : nearest));
}

namespace reference {

template <class T>
void quantize_f32(const Quantize& p, Rows<const float> in, Rows<T> out, RowRange rows) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const float* in_row = in.row(y);
    T* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) {
      out_row[i] = quantized<T>(in_row[i], p.scale, p.zero_point);
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
COINFER_CODE_END
