// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// RESIZE_NEAREST_NEIGHBOR, int8. Single precision decides ties in the source, so the position is rounded to
// float here too; its product is formed in double so that no compiler fuses it with what follows.
// Source: tensorflow/lite/kernels/internal/reference/resize_nearest_neighbor.h.
struct ResizeNearestNeighbor {
  Shape in;
  Shape out;
  bool align_corners = false;
  bool half_pixel_centers = false;

  // Index in the input of output index `i` along an axis of `in_size` and `out_size` elements.
  constexpr std::int32_t nearest(std::int32_t i, std::int32_t in_size, std::int32_t out_size) const {
    const float scale = align_corners && out_size > 1
                            ? static_cast<float>(in_size - 1) / static_cast<float>(out_size - 1)
                            : static_cast<float>(in_size) / static_cast<float>(out_size);
    const float center = static_cast<float>(i) + (half_pixel_centers ? 0.5F : 0.0F);
    const auto position = static_cast<float>(static_cast<double>(center) * static_cast<double>(scale));
    const auto whole = static_cast<std::int32_t>(position);
    const bool up = align_corners && position - static_cast<float>(whole) >= 0.5F;
    const std::int32_t index = whole + (up ? 1 : 0);
    return index < in_size - 1 ? index : in_size - 1;
  }
  constexpr RowRange input_rows(RowRange rows) const {
    return {nearest(rows.begin, in.height, out.height), nearest(rows.end - 1, in.height, out.height) + 1};
  }
};

}  // namespace coinfer
COINFER_CODE_END
