// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// QUANTIZE between integer types and RELU, RELU6, RELU_N1_TO_1 as stages of their own: element by element
// out = clamp(multiply(in - in_zero_point) + out_zero_point). Kernels: requantize_s8, requantize_u8_s8,
// requantize_s8_u8 (the clamp is in the output's type).
// Source: tensorflow/lite/kernels/internal/reference/requantize.h and kernels/activations.
struct Requantize {
  Shape shape;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
  Clamp clamp;

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

// QUANTIZE of float input: round half away from zero of in / scale, plus zero point, saturated.
struct Quantize {
  Shape shape;
  float scale = 1.0F;
  std::int32_t zero_point = 0;

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

// DEQUANTIZE to float: scale * (in - zero_point).
struct Dequantize {
  Shape shape;
  float scale = 1.0F;
  std::int32_t zero_point = 0;

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
