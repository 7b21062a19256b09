// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/scalar/pixel_pairs.hpp"
#include "coinfer_kernels/cortex_m/scalar/products.hpp"
#include "coinfer_kernels/cortex_m/scalar/scaling.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// The rows of one channel that a row of outputs is computed from, as pairs of the elements that two
// neighbouring outputs multiply by the same filter value: row r at place x is word x * height + r, so that a
// window is contiguous, and each row takes the words of the one that has just left the window.
struct DepthwiseRows {
  std::int32_t height;  // rows and columns of a window, with what its dilation leaves out
  std::int32_t width;
  std::int32_t places;

  constexpr explicit DepthwiseRows(const DepthwiseConv2d& p)
      : height((p.window.height - 1) * p.window.dilation_height + 1),
        width((p.window.width - 1) * p.window.dilation_width + 1),
        places((p.out.width - 1) / 2 * 2 * p.window.stride_width + width) {}

  // Filter values of a channel, column by column; two to a step.
  constexpr std::int32_t taps() const { return (height * width + 1) / 2 * 2; }
  // One more than are used, since taps come in twos.
  constexpr std::int32_t pairs(const DepthwiseConv2d& p) const {
    return places * height + (p.out.height - 1) * p.window.stride_height + 1;
  }
};

constexpr std::int32_t depthwise_scratch_bytes(const DepthwiseConv2d& p) {
  const DepthwiseRows rows(p);
  return (rows.pairs(p) + rows.taps()) * static_cast<std::int32_t>(sizeof(PixelPair));
}

// Height for width. Rows of more outputs cost less per output; a stage whose columns are longer takes them
// for rows, if it may: in place, they do not overwrite what is still to be read where both shapes are one.
constexpr DepthwiseConv2d transposed(const DepthwiseConv2d& p) {
  const Window& w = p.window;
  DepthwiseConv2d q = p;
  q.in = {p.in.width, p.in.height, p.in.channels};
  q.out = {p.out.width, p.out.height, p.out.channels};
  q.window = window(w.width, w.height)
                 .stride(w.stride_width, w.stride_height)
                 .dilation(w.dilation_width, w.dilation_height)
                 .pad(w.pad_left, w.pad_top);
  return q;
}
constexpr bool prefers_columns(const DepthwiseConv2d& p) {
  return p.out.height > p.out.width && p.in == p.out && p.in.channels > 1;
}

constexpr std::int32_t depthwise_conv_2d_scratch_bytes(const DepthwiseConv2d& p) {
  const std::int32_t rows = depthwise_scratch_bytes(p);
  const std::int32_t columns = prefers_columns(p) ? depthwise_scratch_bytes(transposed(p)) : 0;
  return rows > columns ? rows : columns;
}

// A tensor as the rows of its channels, `step` elements from one to the next.
template <class T>
struct ChannelRows {
  Rows<T> rows;
  std::int32_t step;
};

// A row of a channel, or of padding if null.
COINFER_NOINLINE inline void load_depthwise_row(const DepthwiseConv2d& p, const std::int8_t* row,
                                                std::int32_t step, const DepthwiseRows& rows, PixelPair* to) {
  const std::int32_t stride = p.window.stride_width;
  const std::int32_t width = row != nullptr ? p.in.width : 0;
  const std::int32_t height = rows.height;
  const std::int32_t zero_point = p.in_zero_point;
  std::int32_t x = -p.window.pad_left;
  const std::int32_t end = x + rows.places;
  for (; x < 0 && x < end; ++x, to += height) {
    const std::int32_t next = x + stride;
    *to = pixel_pair(zero_point, next >= 0 && next < width ? row[next * step] : zero_point);
  }
  const std::int32_t both_end = width - stride < end ? width - stride : end;
  const std::int8_t* from = row;
  for (; x < both_end; ++x, to += height, from += step) *to = pixel_pair(*from, from[stride * step]);
  for (; x < end; ++x, to += height) {
    *to = pixel_pair(x < width ? row[x * step] : zero_point, zero_point);
  }
}

// One output channel, of which `filter` is a copy in words, column by column.
template <class Rounding>
COINFER_NOINLINE void depthwise_channel(const DepthwiseConv2d& p, const OutputScale& output_scale,
                                        const ChannelRecord& record, const ChannelRows<const std::int8_t>& in,
                                        std::int32_t in_channel, const ChannelRows<std::int8_t>& out,
                                        std::int32_t m, RowRange range, PixelPair* pairs,
                                        const std::int32_t* filter) {
  const DepthwiseRows rows(p);
  const OutputScale scale = output_scale;
  const ChannelRecord channel = record;
  const std::int32_t* const filter_end = filter + rows.taps();
  const PairSums start = PairSums::start(channel.bias, rows.taps() / 2);
  const std::int32_t pairs_step = 2 * p.window.stride_width * rows.height;
  const std::int32_t out_step = out.step;
  std::int32_t top = range.begin * p.window.stride_height - p.window.pad_top;
  std::int32_t next_row = top;
  for (std::int32_t y = range.begin; y < range.end; ++y) {
    if (next_row < top) next_row = top;
    for (; next_row < top + rows.height; ++next_row) {
      const bool inside = next_row >= 0 && next_row < p.in.height;
      load_depthwise_row(p, inside ? in.rows.row(next_row) + in_channel : nullptr, in.step, rows,
                         pairs + (next_row - top));
    }
    const PixelPair* window = pairs;
    std::int8_t* to = out.rows.row(y) + m;
    for (std::int32_t left = p.out.width; left > 0; left -= 2, window += pairs_step) {
      PairSums sums = {start.both, start.high};
      add_words(window, filter, filter_end, sums);
      *to = scaled<Rounding>(scale, channel, sums.low());
      if (left == 1) break;
      to[out_step] = scaled<Rounding>(scale, channel, sums.high);
      to += 2 * out_step;
    }
    top += p.window.stride_height;
    pairs += p.window.stride_height;
  }
}

// Works channel by channel, so that the output may take the input's place where it is not larger.
template <class Rounding>
COINFER_NOINLINE void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
                                           const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out,
                                           RowRange range, Scratch scratch) {
  const bool whole = in.first == 0 && in.ring == 0 && out.first == 0 && out.ring == 0 && range.begin == 0 &&
                     range.end == p.out.height;
  const bool columns = whole && prefers_columns(p);
  const DepthwiseConv2d q = columns ? transposed(p) : p;
  const RowRange lines = columns ? RowRange{0, q.out.height} : range;
  ChannelRows<const std::int8_t> from = {in, p.in.channels};
  ChannelRows<std::int8_t> to = {out, p.out.channels};
  if (columns) {
    from = {{in.base, p.in.channels, 0, 0}, in.stride};
    to = {{out.base, p.out.channels, 0, 0}, out.stride};
  }
  const OutputScale scale = output_scale<Rounding>(w, p.out.channels, p.out_zero_point);
  const DepthwiseRows rows(q);
  auto* const pairs = static_cast<PixelPair*>(scratch.base);
  auto* const filter = reinterpret_cast<std::int32_t*>(pairs + rows.pairs(q));
  const std::int32_t row_taps = q.window.dilation_height;
  const std::int32_t column_taps = q.window.dilation_width * rows.height;
  const std::int32_t multiplier = p.depth_multiplier();
  std::int32_t in_channel = 0;
  std::int32_t next_channel = multiplier;
  const std::int8_t* row = w.filter;
  for (std::int32_t i = 0; i < rows.taps(); ++i) filter[i] = 0;
  for (std::int32_t m = 0; m < p.out.channels; ++m) {
    if (m == next_channel) {
      ++in_channel;
      next_channel += multiplier;
    }
    for (std::int32_t ky = 0; ky < p.window.height; ++ky, row += layout::Dsp::depthwise_row(p)) {
      for (std::int32_t kx = 0; kx < p.window.width; ++kx) {
        // layout::Dsp has the columns of a group in the order 0, 2, 1, 3.
        const std::int32_t tap = row[kx - kx % 4 + kx % 2 * 2 + kx % 4 / 2];
        filter[columns ? ky * column_taps + kx * row_taps : kx * column_taps + ky * row_taps] = tap;
      }
    }
    depthwise_channel<Rounding>(q, scale, w.channels[m], from, in_channel, to, m, lines, pairs, filter);
  }
  dsp::clamp_rows(p.clamp, out, range, p.out.row_elements());
}

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
