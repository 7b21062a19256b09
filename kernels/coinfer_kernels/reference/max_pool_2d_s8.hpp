// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/pooling_window.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void max_pool_2d_s8(const MaxPool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                    Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const Span ys = inside(y * p.window.stride_height - p.window.pad_top, p.window.height, p.in.height);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const Span xs = inside(x * p.window.stride_width - p.window.pad_left, p.window.width, p.in.width);
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        std::int32_t most = -128;
        for (std::int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {
          for (std::int32_t in_x = xs.begin; in_x < xs.end; ++in_x) {
            const std::int32_t value = in.row(in_y)[in_x * p.in.channels + c];
            if (value > most) most = value;
          }
        }
        out_row[x * p.out.channels + c] = static_cast<std::int8_t>(p.clamp(most));
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
