// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/channel_blocks.hpp"
#include "coinfer_kernels/reference/average_pool_2d_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Adds `count` pixels of `step` channels each to the sums of n channels.
template <int n>
COINFER_VECTORIZE void add_pixels(const std::int8_t* in, std::int32_t count, std::int32_t step,
                                  std::int32_t* sums) {
  std::int32_t local[n];
  COINFER_UNROLL for (int j = 0; j < n; ++j) local[j] = sums[j];
  for (std::int32_t i = 0; i < count; ++i, in += step) {
    COINFER_UNROLL for (int j = 0; j < n; ++j) local[j] += in[j];
  }
  COINFER_UNROLL for (int j = 0; j < n; ++j) sums[j] = local[j];
}

template <class Rounding>
void average_pool_2d_s8(const AveragePool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                        RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const Span ys = inside(y * p.window.stride_height - p.window.pad_top, p.window.height, p.in.height);
    std::int8_t* pixel = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x, pixel += p.out.channels) {
      const Span xs = inside(x * p.window.stride_width - p.window.pad_left, p.window.width, p.in.width);
      const std::int32_t count = ys.count() * xs.count();
      for_channel_blocks(p.out.channels, [&](auto block, std::int32_t first) {
        std::int32_t sums[block.count] = {};
        for (std::int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {
          add_pixels<block.count>(in.row(in_y) + xs.begin * p.in.channels + first, xs.count(), p.in.channels,
                                  sums);
        }
        for (int j = 0; j < block.count; ++j) {
          pixel[first + j] = static_cast<std::int8_t>(p.clamp(rounded_average(sums[j], count)));
        }
      });
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
