// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// RESIZE_BILINEAR, int8: positions and weights are integers with 10 fractional bits.
// Source: tensorflow/lite/kernels/internal/reference/resize_bilinear.h, ResizeBilinearInteger.
struct ResizeBilinear {
  Shape in;
  Shape out;
  bool align_corners = false;
  bool half_pixel_centers = false;

  static constexpr std::int32_t one = 1 << 10;

  // Between which two elements of the input an element of the output lies, and how much of the upper one it
  // takes, of `one`. Before the first element both are that one, and the weight may be negative.
  struct Position {
    std::int32_t lower;
    std::int32_t upper;
    std::int32_t weight;
  };

  // Of output element `i` along an axis of `in_size` and `out_size` elements.
  constexpr Position position(std::int32_t i, std::int32_t in_size, std::int32_t out_size) const {
    const bool corners = align_corners && out_size > 1;
    const std::int32_t from = corners ? in_size - 1 : in_size;
    const std::int32_t to = corners ? out_size - 1 : out_size;
    const std::int32_t scale = (one * from + to / 2) / to;
    const std::int32_t at = i * scale + (half_pixel_centers ? scale / 2 - one / 2 : 0);
    const std::int32_t lower = at > 0 ? at / one : 0;
    const std::int32_t upper = (at + one - 1) / one;
    return {lower, upper < in_size - 1 ? upper : in_size - 1, at - lower * one};
  }
  constexpr RowRange input_rows(RowRange rows) const {
    return {position(rows.begin, in.height, out.height).lower,
            position(rows.end - 1, in.height, out.height).upper + 1};
  }
};

}  // namespace coinfer
COINFER_CODE_END
