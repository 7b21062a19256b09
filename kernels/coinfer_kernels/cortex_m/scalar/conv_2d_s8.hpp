// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/scalar/pixel_pairs.hpp"
#include "coinfer_kernels/cortex_m/scalar/products.hpp"
#include "coinfer_kernels/cortex_m/scalar/scaling.hpp"
#include "coinfer_kernels/portable/conv_2d_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// The taps of two windows as pairs, and the windows themselves where they are more than a pixel.
constexpr std::int32_t conv_2d_scratch_bytes(const Conv2d& p) {
  const std::int32_t windows = p.window.pointwise() ? 0 : 2 * portable::window_elements(p);
  return layout::Dsp::taps(p).depth() * static_cast<std::int32_t>(sizeof(PixelPair)) + windows;
}

inline PixelPair* pair_bytes(const std::int8_t* first, const std::int8_t* second, std::int32_t count,
                             PixelPair* to) {
  for (PixelPair* const end = to + count; to != end;) *to++ = pixel_pair(*first++, *second++);
  return to;
}

// Two windows, each row after row, to pairs in the order of layout::Dsp. Taps that only fill up a group are
// left as they are: their filter values are zero.
COINFER_NOINLINE inline void pair_windows(const layout::Dsp::Taps& taps, const std::int8_t* first,
                                          const std::int8_t* second, PixelPair* pairs) {
  const std::int32_t body = taps.body() < taps.row ? taps.body() : taps.row;
  PixelPair* rest = pairs + taps.rows * taps.body();
  for (std::int32_t ky = 0; ky < taps.rows; ++ky) {
    pair_bytes(first, second, body, pairs);
    rest = pair_bytes(first + body, second + body, taps.row - body, rest);
    first += taps.row;
    second += taps.row;
    pairs += taps.body();
  }
}

// One output channel of two pixels, the second of which may be the first one once more.
template <class Rounding>
COINFER_NOINLINE void store_pair(const OutputScale& scale, const ChannelRecord& channel, const PairSums& sums,
                                 std::int8_t* first, std::int8_t* second) {
  const std::int32_t low = scaled<Rounding>(scale, channel, sums.low());
  *second = scaled<Rounding>(scale, channel, sums.high);
  *first = static_cast<std::int8_t>(low);
}

// All output channels of two pixels.
template <class Rounding>
COINFER_NOINLINE void pair_to_channels(const PackedWeights<layout::Dsp>& w, std::int32_t channels,
                                       const OutputScale& scale, const PixelPair* pairs, const PixelPair* end,
                                       std::int8_t* const* out) {
  const auto depth = static_cast<std::int32_t>(end - pairs);
  const ChannelRecord* channel = w.channels;
  const std::int8_t* filter = w.filter;
  std::int8_t* first = out[0];
  std::int8_t* second = out[1];
  PairSums sums[2];
  for (; channels > 1; channels -= 2, channel += 2, filter += 2 * depth, first += 2, second += 2) {
    sums[0] = PairSums::start(channel[0].bias, depth / 2);
    sums[1] = PairSums::start(channel[1].bias, depth / 2);
    add_products_of_two(pairs, end, filter, sums);
    store_pair<Rounding>(scale, channel[0], sums[0], first, second);
    store_pair<Rounding>(scale, channel[1], sums[1], first + 1, second + 1);
  }
  if (channels == 0) return;
  sums[0] = PairSums::start(channel->bias, depth / 2);
  add_products(pairs, end, filter, sums[0]);
  store_pair<Rounding>(scale, *channel, sums[0], first, second);
}

// Output pixels are taken two at a time, also across the ends of rows.
template <class Rounding>
COINFER_NOINLINE void conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Dsp>& w,
                                 const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out,
                                 RowRange rows, Scratch scratch) {
  const layout::Dsp::Taps taps = layout::Dsp::taps(p);
  const OutputScale scale = output_scale<Rounding>(w, p.out.channels, p.out_zero_point);
  auto* const pairs = static_cast<PixelPair*>(scratch.base);
  PixelPair* const pairs_end = pairs + taps.depth();
  const bool pointwise = p.window.pointwise();
  const std::int8_t* windows[2];
  std::int8_t* to[2];
  std::int32_t count = 0;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int32_t top = y * p.window.stride_height - p.window.pad_top;
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const std::int32_t left = x * p.window.stride_width - p.window.pad_left;
      to[count] = out.row(y) + x * p.out.channels;
      if (pointwise) {
        windows[count] = in.row(top) + left * p.in.channels;
      } else {
        auto* const window = reinterpret_cast<std::int8_t*>(pairs_end) + count * taps.rows * taps.row;
        portable::gather_window(p, in, top, left, window);
        windows[count] = window;
      }
      const bool last = y + 1 == rows.end && x + 1 == p.out.width;
      if (last && count == 0) {
        windows[1] = windows[0];
        to[1] = to[0];
      } else if (++count < 2) {
        continue;
      }
      pair_windows(taps, windows[0], windows[1], pairs);
      pair_to_channels<Rounding>(w, p.out.channels, scale, pairs, pairs_end, to);
      count = 0;
    }
  }
  dsp::clamp_rows(p.clamp, out, rows, p.out.row_elements());
}

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
