// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// AVERAGE_POOL_2D (rounds half away from zero, divides by the taps inside the input) and MAX_POOL_2D, int8;
// input and output share one quantization.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h.
struct Pool2d {
  Shape in;
  Shape out;
  Window window;
  Clamp clamp;

  constexpr RowRange input_rows(RowRange rows) const { return window.input_rows(rows, in.height); }
};

struct AveragePool2d : Pool2d {};
struct MaxPool2d : Pool2d {};

}  // namespace coinfer
COINFER_CODE_END
