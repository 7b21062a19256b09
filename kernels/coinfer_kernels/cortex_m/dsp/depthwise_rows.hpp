// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/depthwise_window.hpp"
#include "coinfer_kernels/cortex_m/dsp/line_loader.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// A depthwise stage with a window of any size, row by row. Rows of one channel are kept widened, those of a
// small tensor all at once, of a larger one the last `height`, each twice: so any window's rows follow each
// other.
struct DepthwiseRowPlan {
  std::int32_t height;  // from the first to the last row of the window
  std::int32_t width;   // from its first to its last column
  std::int32_t blocks;  // of a row of the window
  std::int32_t row_words;
  bool twice;
  std::int32_t slots;

  constexpr std::int32_t places() const { return blocks * DepthwiseWindowRow::block; }
  constexpr std::int32_t words() const { return slots * row_words; }
  constexpr std::int32_t pairs() const { return height * places(); }
  constexpr std::int32_t bytes() const {
    return (words() + height) * static_cast<std::int32_t>(sizeof(Word)) +
           pairs() * static_cast<std::int32_t>(sizeof(TapPair));
  }
};

constexpr DepthwiseRowPlan depthwise_row_plan(const DepthwiseConv2d& p) {
  const Window& w = p.window;
  DepthwiseRowPlan plan = {};
  plan.height = (w.height - 1) * w.dilation_height + 1;
  plan.width = (w.width - 1) * w.dilation_width + 1;
  plan.blocks = (plan.width / 2 + DepthwiseWindowRow::block) / DepthwiseWindowRow::block;
  plan.row_words = window_row_words(p.out.width, w.stride_width, plan.blocks);
  plan.twice = p.in.height > 2 * plan.height;
  plan.slots = plan.twice ? 2 * plan.height : p.in.height;
  return plan;
}

// Works channel by channel, so that the output may take the input's place where it is not larger.
template <class Rounding>
class DepthwiseRows {
 public:
  DepthwiseRows(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
                const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out, RowRange rows,
                Scratch scratch)
      : p_(p),
        w_(w),
        in_(in),
        out_(out),
        rows_(rows),
        plan_(depthwise_row_plan(p)),
        words_(static_cast<Word*>(scratch.base)),
        row_sums_(reinterpret_cast<std::int32_t*>(words_ + plan_.words())),
        taps_(reinterpret_cast<TapPair*>(row_sums_ + plan_.height)),
        narrow_(scales_narrow<Rounding>(w, p.out.channels)) {
    const std::int32_t end = (p.out.width - 1) * p.window.stride_width + plan_.width - p.window.pad_left;
    const std::int32_t count = end < 0 ? 0 : (end < p.in.width ? end : p.in.width);
    loader_ = {p.window.pad_left, count, p.in.channels, p.in_zero_point};
  }

  void run() {
    for (std::int32_t i = 0; i < plan_.words(); ++i) words_[i] = halves(p_.in_zero_point, p_.in_zero_point);
    row_.skip = (plan_.row_words - group_words(p_.window.stride_width, plan_.blocks)) *
                static_cast<std::int32_t>(sizeof(Word));
    row_.blocks = plan_.blocks;
    row_.out_step = p_.out.channels;
    row_.count = p_.out.width;
    const std::int32_t multiplier = p_.depth_multiplier();
    for (std::int32_t m = 0; m < p_.out.channels; ++m) {
      load_taps(m);
      run_channel(m, multiplier == 1 ? m : m / multiplier);
    }
  }

 private:
  void run_channel(std::int32_t m, std::int32_t in_channel) {
    const ChannelRecord& channel = w_.channels[m];
    row_.multiplier = channel.multiplier;
    row_.shift = channel.shift - (std::is_same_v<Rounding, rounding::Single> ? 1 : 0);
    row_.added = static_cast<std::int32_t>(static_cast<std::uint32_t>(output_offset(p_.out_zero_point))
                                           << (row_.shift & 31));
    std::int32_t loaded = 0;  // rows before this one are in memory, or not needed
    for (std::int32_t y = rows_.begin; y < rows_.end; ++y) {
      const std::int32_t top = y * p_.window.stride_height - p_.window.pad_top;
      const std::int32_t begin = top < 0 ? (top + plan_.height > 0 ? -top : plan_.height) : 0;
      const std::int32_t inside = p_.in.height - top;
      const std::int32_t end = inside < begin ? begin : (inside < plan_.height ? inside : plan_.height);
      if (loaded < top) loaded = top;
      for (; loaded < top + end; ++loaded) load_row(loaded, in_channel);

      row_.bias = channel.bias;
      for (std::int32_t i = 0; i < begin; ++i) add_padding(i);
      for (std::int32_t i = end; i < plan_.height; ++i) add_padding(i);
      row_.taps = taps_ + begin * plan_.places();
      row_.taps_end = taps_ + end * plan_.places();
      row_.words = begin < end ? words_of(top + begin) : words_;
      row_.out = out_.row(y) + m;
      depthwise_window_row<Rounding>(row_, plan_.row_words, p_.window.stride_width, channel,
                                     p_.out_zero_point, narrow_);
    }
  }

  Word* words_of(std::int32_t y) const {
    return words_ + (plan_.twice ? y % plan_.height : y) * plan_.row_words;
  }

  void load_row(std::int32_t y, std::int32_t channel) const {
    const std::int8_t* from = in_.row(y) + channel;
    loader_.load<1>(words_of(y), from);
    if (plan_.twice) loader_.load<1>(words_of(y) + plan_.height * plan_.row_words, from);
  }

  // A row of the window that is outside: its inputs are all the zero point.
  void add_padding(std::int32_t i) { row_.bias = wrapped_sum(row_.bias, p_.in_zero_point * row_sums_[i]); }

  void load_taps(std::int32_t m) {
    const Window& w = p_.window;
    TapPair* to = taps_;
    for (std::int32_t i = 0; i < plan_.height; ++i, to += plan_.places()) {
      const bool used = i % w.dilation_height == 0;
      const std::int32_t row = used ? i / w.dilation_height : 0;
      row_sums_[i] =
          load_tap_row(w_.filter + layout::Dsp::filter_index(p_, m, row, 0), used ? plan_.width : 0, to);
    }
  }

  // From a row of taps in layout::Dsp of which `width` columns count; returns their sum.
  std::int32_t load_tap_row(const std::int8_t* filter, std::int32_t width, TapPair* to) const {
    std::int32_t sum = 0;
    Word previous = 0;
    const TapPair* const end = to + plan_.places();
    const auto add = [&](Word even) {
      *to++ = {even, previous >> 16 | even << 16};
      previous = even;
      sum = multiply_add_pairs(even, halves(1, 1), sum);
    };
    if (p_.window.dilation_width == 1) {
      for (std::int32_t i = 0; i < width; i += 4) {
        const Word taps = load_word(filter + i);
        add(even_bytes(taps));
        add(odd_bytes(taps));
      }
    } else {
      for (std::int32_t i = 0; i < width; i += 2) {
        add(halves(dilated_tap(filter, i), dilated_tap(filter, i + 1)));
      }
    }
    while (to != end) add(0);
    return sum;
  }

  std::int32_t dilated_tap(const std::int8_t* filter, std::int32_t column) const {
    const std::int32_t tap = column / p_.window.dilation_width;
    if (column % p_.window.dilation_width != 0 || tap >= p_.window.width) return 0;
    return filter[layout::Dsp::depthwise_place(tap)];
  }

  const DepthwiseConv2d& p_;
  const PackedWeights<layout::Dsp>& w_;
  const Rows<const std::int8_t>& in_;
  const Rows<std::int8_t>& out_;
  const RowRange rows_;
  const DepthwiseRowPlan plan_;
  Word* const words_;
  std::int32_t* const row_sums_;  // [row of the window]
  TapPair* const taps_;           // [row of the window][places]
  const bool narrow_;
  LineLoader loader_;
  DepthwiseWindowRow row_ = {};
};

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
