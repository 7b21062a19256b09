// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// DEPTHWISE_CONV_2D, int8; output channel m reads input channel m / depth_multiplier().
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/depthwise_conv.h.
struct DepthwiseConv2d {
  Shape in;
  Shape out;
  Window window;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  Clamp clamp;
  bool per_channel = true;

  constexpr std::int32_t depth_multiplier() const { return out.channels / in.channels; }
  // A stage that reads a single channel is an ordinary convolution.
  constexpr bool is_convolution() const { return in.channels == 1 && out.channels > 1; }
  constexpr Conv2d as_convolution() const {
    return {in, out, window, in_zero_point, out_zero_point, clamp, per_channel};
  }
  constexpr RowRange input_rows(RowRange rows) const { return window.input_rows(rows, in.height); }
  constexpr std::int64_t macs() const { return std::int64_t{out.elements()} * window.height * window.width; }
};

}  // namespace coinfer
COINFER_CODE_END
