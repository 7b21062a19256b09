// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/resize_nearest_neighbor.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void resize_nearest_neighbor_s8(const ResizeNearestNeighbor& p, Rows<const std::int8_t> in,
                                Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* in_row = in.row(p.nearest(y, p.in.height, p.out.height));
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const std::int8_t* pixel = in_row + p.nearest(x, p.in.width, p.out.width) * p.in.channels;
      for (std::int32_t c = 0; c < p.in.channels; ++c) out_row[x * p.out.channels + c] = pixel[c];
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
