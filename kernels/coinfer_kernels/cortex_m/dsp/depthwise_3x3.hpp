// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/depthwise_line.hpp"
#include "coinfer_kernels/cortex_m/dsp/line_loader.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// One axis of a depthwise stage with a window of three by three.
struct DepthwiseAxis {
  std::int32_t in;  // elements of the input
  std::int32_t stride;
  std::int32_t pad;
  std::int32_t out_begin;  // outputs to compute
  std::int32_t out_count;

  constexpr std::int32_t origin() const { return out_begin * stride - pad; }
};

constexpr DepthwiseAxis vertical(const DepthwiseConv2d& p, RowRange rows) {
  return {p.in.height, p.window.stride_height, p.window.pad_top, rows.begin, rows.count()};
}
constexpr DepthwiseAxis horizontal(const DepthwiseConv2d& p) {
  return {p.in.width, p.window.stride_width, p.window.pad_left, 0, p.out.width};
}

// Words of a line in the ring.
constexpr std::int32_t ring_places(const DepthwiseAxis& along) {
  return depthwise_places(along.out_count, along.stride);
}

// Lines along the longer axis of the output make fewer, fuller groups of four outputs. In place, columns do
// not overwrite what is still to be read only where input and output have one shape.
constexpr bool prefers_columns(const DepthwiseConv2d& p) {
  return p.out.height > p.out.width && p.in == p.out && p.in.channels > 1;
}

constexpr bool is_3x3(const Window& w) {
  return w.height == 3 && w.width == 3 && w.dilation_height == 1 && w.dilation_width == 1 &&
         w.stride_height <= 2 && w.stride_width <= 2;
}

constexpr std::int32_t depthwise_3x3_scratch_bytes(const DepthwiseConv2d& p) {
  const std::int32_t rows = ring_places(horizontal(p));
  const std::int32_t columns = prefers_columns(p) ? ring_places(vertical(p, {0, p.out.height})) : 0;
  return (rows > columns ? rows : columns) * 3 * static_cast<std::int32_t>(sizeof(Word));
}

// Works channel by channel, so that the output may take the input's place where it is not larger. The last
// three lines of one channel are kept widened; a line is a row of the tensor, or a column of it. The words of
// all three at one place follow each other, so that one instruction loads them. Line i, counted from the
// first one, lies in slot i % 3 of each place.
template <class Rounding>
class Depthwise3x3 {
 public:
  Depthwise3x3(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
               const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out, RowRange rows,
               Scratch scratch)
      : p_(p),
        w_(w),
        in_(in),
        out_(out),
        columns_(prefers_columns(p) && in.ring == 0 && out.ring == 0),
        along_(columns_ ? vertical(p, rows) : horizontal(p)),
        across_(columns_ ? horizontal(p) : vertical(p, rows)),
        words_(static_cast<Word*>(scratch.base)),
        words_end_(words_ + 3 * ring_places(along_)),
        padding_(halves(p.in_zero_point, p.in_zero_point)) {
    const std::int32_t origin = along_.origin();
    const std::int32_t first = origin < 0 ? 0 : origin;
    const std::int32_t end = origin + (along_.out_count - 1) * along_.stride + 3;
    const std::int32_t count = (end < along_.in ? end : along_.in) - first;
    loader_ = {first - origin, count, columns_ ? in.stride : p.in.channels, p.in_zero_point};
    const std::int32_t top = across_.origin() < 0 ? 0 : across_.origin();
    in_begin_ = columns_ ? in.row(first) + top * p.in.channels : in.row(top);
    in_step_ = columns_ ? p.in.channels : in.stride;
    out_begin_ = out.row(columns_ ? along_.out_begin : across_.out_begin);
    out_step_ = columns_ ? p.out.channels : out.stride;
    line_.out_step = columns_ ? out.stride : p.out.channels;
    line_.count = along_.out_count;
  }

  void run() {
    for (Word* word = words_; word != words_end_; ++word) *word = padding_;
    const std::int32_t multiplier = p_.depth_multiplier();
    for (std::int32_t m = 0; m < p_.out.channels; ++m) {
      load_taps(m, w_.channels[m]);
      run_channel(m, multiplier == 1 ? m : m / multiplier);
    }
  }

 private:
  void run_channel(std::int32_t m, std::int32_t in_channel) {
    const std::int8_t* from = in_begin_ + in_channel;
    std::int8_t* out = out_begin_ + m;
    std::int32_t line = across_.origin();
    std::int32_t window_end = line + 3;
    Word* slot = words_;  // of the line
    for (std::int32_t i = 0; i < across_.out_count; ++i) {
      for (; line < window_end; ++line) {
        if (line < 0 || line >= across_.in) {
          for (Word* word = slot; word < words_end_; word += 3) *word = padding_;
        } else {
          if (in_.ring != 0) from = in_.row(line) + in_channel;
          loader_.template load<3>(slot, from);
          from += in_step_;
        }
        slot = slot == words_ + 2 ? words_ : slot + 1;
      }
      if (out_.ring != 0) out = out_.row(across_.out_begin + i) + m;
      // The next line takes the place of the window's first one.
      line_.taps = taps_ + (slot == words_ ? 0 : 2 * (words_ + 3 - slot));
      line_.out = out;
      if (along_.stride == 1) {
        Line3x3<Rounding, 1>::run(line_, words_);
      } else {
        Line3x3<Rounding, 2>::run(line_, words_);
      }
      out += out_step_;
      window_end += across_.stride;
    }
  }

  void load_taps(std::int32_t m, const ChannelRecord& channel) {
    constexpr std::int32_t factor = std::is_same_v<Rounding, rounding::Double> ? 2 : 1;
    const std::int8_t* filter = w_.filter + m * 12;
    for (std::int32_t line = 0; line < 3; ++line) {
      // layout::Dsp has the columns 0, 1 and 2 of a row at bytes 0, 2 and 1 of its word.
      const std::int32_t column = line == 0 ? 0 : 3 - line;
      const std::int32_t first = factor * (columns_ ? filter[column] : filter[4 * line]);
      const std::int32_t middle = factor * (columns_ ? filter[4 + column] : filter[4 * line + 2]);
      const std::int32_t last = factor * (columns_ ? filter[8 + column] : filter[4 * line + 1]);
      taps_[2 * line] = halves(first, middle);
      taps_[2 * line + 1] = halves(middle, last);
    }
    for (std::int32_t i = 0; i < 4; ++i) taps_[6 + i] = taps_[i];
    line_.multiplier = channel.multiplier;
    line_.shift = channel.shift - (factor == 1 ? 1 : 0);
    line_.added = static_cast<std::int32_t>(static_cast<std::uint32_t>(output_offset(p_.out_zero_point))
                                            << line_.shift);
    line_.bias = factor * channel.bias;
  }

  const DepthwiseConv2d& p_;
  const PackedWeights<layout::Dsp>& w_;
  const Rows<const std::int8_t>& in_;
  const Rows<std::int8_t>& out_;
  const bool columns_;  // a line is a column of the tensor
  const DepthwiseAxis along_;
  const DepthwiseAxis across_;
  Word* const words_;
  Word* const words_end_;
  const Word padding_;
  LineLoader loader_;
  const std::int8_t* in_begin_;  // the first element that is needed, of channel 0
  std::int32_t in_step_;         // bytes from line to line
  std::int8_t* out_begin_;
  std::int32_t out_step_;
  Word taps_[10] = {};  // taps 0 and 1, taps 1 and 2 of five lines, so that any slot may be the first
  DepthwiseLine3x3 line_ = {};
};

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
