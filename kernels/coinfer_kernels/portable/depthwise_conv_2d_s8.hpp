// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/channel_blocks.hpp"
#include "coinfer_kernels/portable/output_channels.hpp"
#include "coinfer_kernels/portable/window_clip.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// A position of the window: where it begins, and which of its taps lie inside the input.
struct WindowPlace {
  std::int32_t top;
  std::int32_t left;
  Taps rows;
  Taps columns;
};

// The products of the taps inside the input, summed for the n output channels from `first` on. Channel j of
// the block reads input channel in_channel + j (in_per_channel = 1), or all of them read in_channel (0: an
// input channel that is multiplied).
template <int n, int in_per_channel>
COINFER_VECTORIZE void depthwise_sums(const DepthwiseConv2d& p, const std::int8_t* filters,
                                      const Rows<const std::int8_t>& in, const WindowPlace& place,
                                      std::int32_t in_channel, std::int32_t first, std::int32_t* sums) {
  const Window& window = p.window;
  const auto offset = static_cast<Factor>(p.in_zero_point);
  const std::int32_t in_step = window.dilation_width * p.in.channels;
  const std::int32_t filter_step = p.out.channels;
  const std::int32_t in_begin = place.left * p.in.channels + place.columns.begin * in_step + in_channel;
  std::int32_t local[n] = {};
  for (std::int32_t ky = place.rows.begin; ky < place.rows.end; ++ky) {
    const std::int8_t* values = in.row(place.top + ky * window.dilation_height) + in_begin;
    const std::int8_t* filter = filters + (ky * window.width + place.columns.begin) * filter_step + first;
    for (std::int32_t kx = place.columns.begin; kx < place.columns.end; ++kx) {
      COINFER_UNROLL for (int j = 0; j < n; ++j) {
        local[j] += static_cast<Factor>(values[j * in_per_channel] - offset) * Factor{filter[j]};
      }
      values += in_step;
      filter += filter_step;
    }
  }
  COINFER_UNROLL for (int j = 0; j < n; ++j) sums[j] = local[j];
}

template <class Rounding>
void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                          Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  const Window& window = p.window;
  const std::int32_t multiplier = p.depth_multiplier();
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    WindowPlace place;
    place.top = y * window.stride_height - window.pad_top;
    place.rows = taps_inside(place.top, window.height, window.dilation_height, p.in.height);
    std::int8_t* pixel = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x, pixel += p.out.channels) {
      place.left = x * window.stride_width - window.pad_left;
      place.columns = taps_inside(place.left, window.width, window.dilation_width, p.in.width);
      if (multiplier == 1) {
        for_channel_blocks(p.out.channels, [&](auto block, std::int32_t first) {
          std::int32_t sums[block.count];
          depthwise_sums<block.count, 1>(p, w.filter, in, place, first, first, sums);
          store_channels<Rounding>(p, w, sums, first, block.count, pixel);
        });
        continue;
      }
      for (std::int32_t c = 0; c < p.in.channels; ++c) {
        for_channel_blocks(multiplier, [&](auto block, std::int32_t next) {
          const std::int32_t first = c * multiplier + next;
          std::int32_t sums[block.count];
          depthwise_sums<block.count, 0>(p, w.filter, in, place, c, first, sums);
          store_channels<Rounding>(p, w, sums, first, block.count, pixel);
        });
      }
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
