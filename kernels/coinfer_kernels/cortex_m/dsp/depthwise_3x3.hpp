// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/depthwise_line.hpp"
#include "coinfer_kernels/cortex_m/dsp/line_ring.hpp"
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

// Works channel by channel, so that the output may take the input's place where it is not larger.
template <class Rounding>
class Depthwise3x3 {
 public:
  Depthwise3x3(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
               const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out, RowRange rows,
               Scratch scratch)
      : p_(p), w_(w), in_(in), out_(out), columns_(prefers_columns(p) && in.ring == 0 && out.ring == 0) {
    along_ = columns_ ? vertical(p, rows) : horizontal(p);
    across_ = columns_ ? horizontal(p) : vertical(p, rows);
    ring_ = {static_cast<Word*>(scratch.base), 3, ring_places(along_)};
    first_ = along_.origin() < 0 ? 0 : along_.origin();
    const std::int32_t end = along_.origin() + (along_.out_count - 1) * along_.stride + 3;
    count_ = (end < along_.in ? end : along_.in) - first_;
  }

  void run() {
    ring_.fill(p_.in_zero_point);
    multiplier_ = p_.depth_multiplier();
    line_.out_step = columns_ ? out_.stride : p_.out.channels;
    line_.count = along_.out_count;
    for (std::int32_t m = 0; m < p_.out.channels; ++m) run_channel(m);
  }

 private:
  void run_channel(std::int32_t m) {
    const ChannelRecord& channel = w_.channels[m];
    load_taps(m, channel);
    const std::int32_t in_channel = multiplier_ == 1 ? m : m / multiplier_;
    const std::int32_t stride = across_.stride;
    const std::int32_t slot_step = stride % 3;
    const std::int32_t out_step = columns_ ? p_.out.channels : out_.stride;
    std::int8_t* out = columns_ ? out_.row(along_.out_begin) + m : nullptr;
    std::int32_t top = across_.origin();
    std::int32_t loaded = top;  // lines before this one are in the ring, or not needed
    std::int32_t slot = 0;      // of that line
    std::int32_t top_slot = 0;  // of the first line of the window
    for (std::int32_t i = 0; i < across_.out_count; ++i, top += stride, out += out_step) {
      if (!columns_ && (i == 0 || out_.ring != 0)) out = out_.row(across_.out_begin + i) + m;
      for (; loaded < top + 3; ++loaded) {
        if (loaded >= top) load_line(loaded, slot, in_channel);
        if (++slot == 3) slot = 0;
      }
      run_line(3 - top_slot, out);
      top_slot += slot_step;
      if (top_slot >= 3) top_slot -= 3;
    }
  }

  void load_line(std::int32_t line, std::int32_t slot, std::int32_t channel) const {
    if (line < 0 || line >= across_.in) return ring_.fill_slot(slot, p_.in_zero_point);
    const std::int8_t* from =
        columns_ ? in_.row(first_) + line * p_.in.channels : in_.row(line) + first_ * p_.in.channels;
    ring_.load_slot(slot, first_ - along_.origin(), count_, from + channel,
                    columns_ ? in_.stride : p_.in.channels);
  }

  void run_line(std::int32_t first_pair, std::int8_t* out) {
    line_.taps = taps_ + (first_pair == 3 ? 0 : first_pair * 2);
    line_.out = out;
    if (along_.stride == 1) {
      Line3x3<Rounding, 1>::run(line_, ring_.words);
    } else {
      Line3x3<Rounding, 2>::run(line_, ring_.words);
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
  bool columns_;  // a line is a column of the tensor
  DepthwiseAxis along_ = {};
  DepthwiseAxis across_ = {};
  LineRing ring_ = {};
  std::int32_t multiplier_ = 1;
  std::int32_t first_ = 0;  // elements of a line that the outputs need and the input has
  std::int32_t count_ = 0;
  Word taps_[10] = {};  // taps 0 and 1, taps 1 and 2 of five lines, so that any slot may be the first
  DepthwiseLine3x3 line_ = {};
};

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
