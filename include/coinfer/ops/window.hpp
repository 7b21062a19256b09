// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// The sliding window of a convolution or pooling stage. All counts in rows or columns.
struct Window {
  std::int32_t height = 1;
  std::int32_t width = 1;
  std::int32_t stride_height = 1;
  std::int32_t stride_width = 1;
  std::int32_t dilation_height = 1;
  std::int32_t dilation_width = 1;
  std::int32_t pad_top = 0;   // rows of padding above the first input row
  std::int32_t pad_left = 0;  // columns of padding before the first input column

  // Named construction: window(3, 3).stride(2, 2).pad(1, 1).
  constexpr Window stride(std::int32_t rows, std::int32_t columns) const {
    Window w = *this;
    w.stride_height = rows;
    w.stride_width = columns;
    return w;
  }
  constexpr Window dilation(std::int32_t rows, std::int32_t columns) const {
    Window w = *this;
    w.dilation_height = rows;
    w.dilation_width = columns;
    return w;
  }
  constexpr Window pad(std::int32_t top, std::int32_t left) const {
    Window w = *this;
    w.pad_top = top;
    w.pad_left = left;
    return w;
  }

  // Each window is one element of every channel.
  constexpr bool pointwise() const { return height == 1 && width == 1 && pad_top == 0 && pad_left == 0; }

  // The input rows that the output rows `out` need, clipped to the tensor: the rows left out are padding.
  constexpr RowRange input_rows(RowRange out, std::int32_t input_height) const {
    const std::int32_t begin = out.begin * stride_height - pad_top;
    const std::int32_t end = (out.end - 1) * stride_height - pad_top + (height - 1) * dilation_height + 1;
    const std::int32_t clipped_begin = begin < 0 ? 0 : (begin > input_height ? input_height : begin);
    const std::int32_t clipped_end = end > input_height ? input_height : end;
    return {clipped_begin, clipped_end < clipped_begin ? clipped_begin : clipped_end};
  }
};

constexpr Window window(std::int32_t height, std::int32_t width) {
  Window w;
  w.height = height;
  w.width = width;
  return w;
}

// Saturation bounds of a stage's output: the fused activation, in the output's quantization.
struct Clamp {
  std::int32_t min = -128;
  std::int32_t max = 127;

  constexpr std::int32_t operator()(std::int32_t value) const {
    const std::int32_t raised = value < min ? min : value;  // in two steps, compilers need no branch
    return raised > max ? max : raised;
  }
};

}  // namespace coinfer
COINFER_CODE_END
