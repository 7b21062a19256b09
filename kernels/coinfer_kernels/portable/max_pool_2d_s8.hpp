// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/channel_blocks.hpp"
#include "coinfer_kernels/reference/pooling_window.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Raises the maxima of n channels to those of `count` pixels of `step` channels each.
template <int n>
COINFER_VECTORIZE void raise_to_pixels(const std::int8_t* in, std::int32_t count, std::int32_t step,
                                       std::int8_t* most) {
  std::int8_t local[n];
  COINFER_UNROLL for (int j = 0; j < n; ++j) local[j] = most[j];
  for (std::int32_t i = 0; i < count; ++i, in += step) {
    COINFER_UNROLL for (int j = 0; j < n; ++j) local[j] = in[j] > local[j] ? in[j] : local[j];
  }
  COINFER_UNROLL for (int j = 0; j < n; ++j) most[j] = local[j];
}

template <class Rounding>
void max_pool_2d_s8(const MaxPool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                    Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const Span ys = inside(y * p.window.stride_height - p.window.pad_top, p.window.height, p.in.height);
    std::int8_t* pixel = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x, pixel += p.out.channels) {
      const Span xs = inside(x * p.window.stride_width - p.window.pad_left, p.window.width, p.in.width);
      for_channel_blocks(p.out.channels, [&](auto block, std::int32_t first) {
        std::int8_t most[block.count];
        for (std::int8_t& value : most) value = -128;
        for (std::int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {
          raise_to_pixels<block.count>(in.row(in_y) + xs.begin * p.in.channels + first, xs.count(),
                                       p.in.channels, most);
        }
        for (int j = 0; j < block.count; ++j) {
          pixel[first + j] = static_cast<std::int8_t>(p.clamp(most[j]));
        }
      });
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
