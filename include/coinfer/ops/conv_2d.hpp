// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// CONV_2D, int8: out = clamp(requantize(sum((in - in_zero_point) * filter) + bias) + out_zero_point).
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/conv.h.
struct Conv2d {
  Shape in;
  Shape out;
  Window window;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  Clamp clamp;
  bool per_channel = true;  // false: one multiplier for all output channels

  constexpr RowRange input_rows(RowRange rows) const { return window.input_rows(rows, in.height); }
  constexpr std::int64_t macs() const {
    return std::int64_t{out.elements()} * window.height * window.width * in.channels;
  }
};

}  // namespace coinfer
COINFER_CODE_END
