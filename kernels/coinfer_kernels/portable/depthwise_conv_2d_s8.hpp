// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/channel_blocks.hpp"
#include "coinfer_kernels/portable/output_channels.hpp"
#include "coinfer_kernels/portable/window_clip.hpp"

namespace coinfer::kernels::portable {

// The part of one row of the window that lies inside the input.
struct TapRow {
  const std::int8_t* in;      // first tap, first channel of the block
  const std::int8_t* filter;  // the same
  std::int32_t count;         // taps
  std::int32_t in_step;       // elements from one tap to the next
  std::int32_t filter_step;
};

// Adds the products of a row of taps to the sums of n channels. Channel j of the block reads input j
// (in_per_channel = 1), or all of them read one input (0: a channel that is multiplied).
template <int n, int in_per_channel>
COINFER_VECTORIZE void add_tap_row(const TapRow& taps, std::int32_t zero_point, std::int32_t* sums) {
  const auto offset = static_cast<std::int16_t>(zero_point);
  std::int32_t local[n];
  for (int j = 0; j < n; ++j) local[j] = sums[j];
  const std::int8_t* in = taps.in;
  const std::int8_t* filter = taps.filter;
  for (std::int32_t k = 0; k < taps.count; ++k, in += taps.in_step, filter += taps.filter_step) {
    for (int j = 0; j < n; ++j) {
      local[j] += static_cast<std::int16_t>(in[j * in_per_channel] - offset) * std::int16_t{filter[j]};
    }
  }
  for (int j = 0; j < n; ++j) sums[j] = local[j];
}

// The output channels [first, first + n) at one position, whose input begins at channel `in_channel`.
template <class Rounding, int n, int in_per_channel>
void depthwise_block(const DepthwiseConv2d& p, const ChannelWeights& w, const Rows<const std::int8_t>& in,
                     std::int32_t top, std::int32_t left, std::int32_t in_channel, std::int32_t first,
                     std::int8_t* out) {
  const Window& window = p.window;
  const Taps ys = taps_inside(top, window.height, window.dilation_height, p.in.height);
  const Taps xs = taps_inside(left, window.width, window.dilation_width, p.in.width);
  std::int32_t sums[n] = {};
  for (std::int32_t ky = ys.begin; ky < ys.end; ++ky) {
    const std::int32_t x = left + xs.begin * window.dilation_width;
    const TapRow taps = {in.row(top + ky * window.dilation_height) + x * p.in.channels + in_channel,
                         w.filter + (ky * window.width + xs.begin) * p.out.channels + first, xs.count(),
                         window.dilation_width * p.in.channels, p.out.channels};
    add_tap_row<n, in_per_channel>(taps, p.in_zero_point, sums);
  }
  store_channels<Rounding>(p, w, sums, first, n, out);
}

template <class Rounding>
void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                          Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  const std::int32_t multiplier = p.depth_multiplier();
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int32_t top = y * p.window.stride_height - p.window.pad_top;
    std::int8_t* pixel = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x, pixel += p.out.channels) {
      const std::int32_t left = x * p.window.stride_width - p.window.pad_left;
      if (multiplier == 1) {
        for_channel_blocks(p.out.channels, [&](auto block, std::int32_t first) {
          depthwise_block<Rounding, block.count, 1>(p, w, in, top, left, first, first, pixel);
        });
        continue;
      }
      for (std::int32_t c = 0; c < p.in.channels; ++c) {
        for_channel_blocks(multiplier, [&](auto block, std::int32_t first) {
          depthwise_block<Rounding, block.count, 0>(p, w, in, top, left, c, c * multiplier + first, pixel);
        });
      }
    }
  }
}

}  // namespace coinfer::kernels::portable
