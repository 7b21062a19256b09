// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/pooling_window.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// Nearest integer to sum / count, ties away from zero.
constexpr std::int32_t rounded_average(std::int32_t sum, std::int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

namespace reference {

template <class Rounding>
void average_pool_2d_s8(const AveragePool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                        RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const Span ys = inside(y * p.window.stride_height - p.window.pad_top, p.window.height, p.in.height);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const Span xs = inside(x * p.window.stride_width - p.window.pad_left, p.window.width, p.in.width);
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        std::int32_t sum = 0;
        for (std::int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {
          for (std::int32_t in_x = xs.begin; in_x < xs.end; ++in_x) {
            sum += in.row(in_y)[in_x * p.in.channels + c];
          }
        }
        out_row[x * p.out.channels + c] =
            static_cast<std::int8_t>(p.clamp(rounded_average(sum, ys.count() * xs.count())));
      }
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
COINFER_CODE_END
