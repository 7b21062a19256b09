// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/resize_nearest_neighbor.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Finding the nearest column costs floating point, so an output row that shows the same input row as the one
// before it is a copy of that one.
template <class Rounding>
void resize_nearest_neighbor_s8(const ResizeNearestNeighbor& p, Rows<const std::int8_t> in,
                                Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  const auto pixel_bytes = static_cast<std::size_t>(p.in.channels);
  const std::int8_t* previous = nullptr;
  std::int32_t previous_in_y = -1;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int32_t in_y = p.nearest(y, p.in.height, p.out.height);
    std::int8_t* to = out.row(y);
    if (in_y == previous_in_y && to != previous) {
      std::memcpy(to, previous, static_cast<std::size_t>(p.out.row_elements()));
    } else {
      const std::int8_t* from = in.row(in_y);
      for (std::int32_t x = 0; x < p.out.width; ++x) {
        std::memcpy(to + x * p.out.channels, from + p.nearest(x, p.in.width, p.out.width) * p.in.channels,
                    pixel_bytes);
      }
    }
    previous = to;
    previous_in_y = in_y;
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
