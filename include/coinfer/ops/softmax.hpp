// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// SOFTMAX over the channels, int8 to int8 (output scale 1/256, zero point -128).
// Source: tensorflow/lite/kernels/internal/reference/softmax.h.
struct Softmax {
  Shape shape;
  std::int32_t multiplier = 0;  // of beta * input scale, Q31
  std::int32_t left_shift = 0;  // in [0, 31]
  std::int32_t diff_min = 0;    // smaller differences to the maximum give probability 0

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
