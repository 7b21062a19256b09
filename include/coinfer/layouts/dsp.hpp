// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/constants.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::layout {

// For cores that multiply two pairs of int16 at once (Armv7E-M, Armv8-M with the DSP extension). Kernels read
// the filter front to back, a word of four values at a time, and widen it by SXTB16: bytes 0 and 2, then
// bytes 1 and 3.
//
// A convolution, also a depthwise one that reads a single input channel, is a matrix product: blocks of
// channel_block output channels, in a block groups of four taps, in a group [channel][tap]. The taps of a
// window: its rows one after the other, each cut to a multiple of four; then what was cut off, by rows; zeros
// up to a multiple of four. Where it takes no more room, each row is filled up with zeros instead.
// Fully connected: the same with blocks of vector_block channels. The last block may have fewer channels.
//
// Depthwise: [channel][row], each row of taps in groups of four in the order 0, 2, 1, 3, filled up with
// zeros.
struct Dsp {
  static constexpr std::int32_t channel_block = 2;
  static constexpr std::int32_t vector_block = 4;

  static constexpr std::int32_t whole_words(std::int32_t bytes) { return (bytes + 3) / 4 * 4; }

  // Taps of a window of a matrix product, `row` contiguous bytes in each of `rows` rows of the input.
  struct Taps {
    std::int32_t rows;
    std::int32_t row;

    constexpr bool filled_up() const { return rows * whole_words(row) == whole_words(rows * row); }
    // Of each row in the first part; the rest of it, `row - body()` taps, comes at the end.
    constexpr std::int32_t body() const { return filled_up() ? whole_words(row) : row / 4 * 4; }
    constexpr std::int32_t depth() const { return whole_words(rows * row); }
    constexpr std::int32_t index(std::int32_t y, std::int32_t i) const {
      return i < body() ? y * body() + i : rows * body() + y * (row - body()) + i - body();
    }
  };

  static constexpr Taps taps(const Conv2d& p) { return {p.window.height, p.window.width * p.in.channels}; }
  static constexpr Taps taps(const FullyConnected& p) { return {1, p.input_depth}; }

  // Where a tap lies in its row of a depthwise channel.
  static constexpr std::int32_t depthwise_place(std::int32_t kx) {
    constexpr std::int32_t place[] = {0, 2, 1, 3};
    return kx / 4 * 4 + place[kx % 4];
  }
  // Bytes of one row of taps of a depthwise channel.
  static constexpr std::int32_t depthwise_row(const DepthwiseConv2d& p) {
    return whole_words(p.window.width);
  }

  static constexpr std::int32_t filter_bytes(const Conv2d& p) { return p.out.channels * taps(p).depth(); }
  static constexpr std::int32_t filter_bytes(const FullyConnected& p) {
    return p.out.channels * taps(p).depth();
  }
  static constexpr std::int32_t filter_bytes(const DepthwiseConv2d& p) {
    return p.is_convolution() ? filter_bytes(p.as_convolution())
                              : p.out.channels * p.window.height * depthwise_row(p);
  }

  static constexpr std::int32_t filter_index(const Conv2d& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx, std::int32_t c) {
    return block_index(channel_block, p.out.channels, taps(p).depth(), m,
                       taps(p).index(ky, kx * p.in.channels + c));
  }
  static constexpr std::int32_t filter_index(const FullyConnected& p, std::int32_t m, std::int32_t i) {
    return block_index(vector_block, p.out.channels, taps(p).depth(), m, i);
  }
  static constexpr std::int32_t filter_index(const DepthwiseConv2d& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx) {
    if (p.is_convolution()) return filter_index(p.as_convolution(), m, ky, kx, 0);
    return (m * p.window.height + ky) * depthwise_row(p) + depthwise_place(kx);
  }

  // The right shift less one; it is its own inverse.
  static constexpr std::int32_t stored_shift(std::int32_t shift) { return -1 - shift; }

  // The fast scaling takes the upper half of a product of 32 bits and adds half of the last place and the
  // zero point before it shifts.
  template <class Params>
  static constexpr bool narrow(const Params& p, const ChannelWeights& w) {
    for (std::int32_t m = 0; m < p.out.channels; ++m) {
      const SimplifiedChannel channel = simplified_channel(p, w, m);
      if (channel.constant) continue;
      const std::int32_t shift = channel.constants.shift;
      if (!accumulator_range(p, w, m).within(std::int64_t{1} << 30) || shift < -23 || shift > -1)
        return false;
    }
    return true;
  }

 private:
  static constexpr std::int32_t block_index(std::int32_t block, std::int32_t channels, std::int32_t depth,
                                            std::int32_t m, std::int32_t tap) {
    const std::int32_t first = m / block * block;
    const std::int32_t width = channels - first < block ? channels - first : block;
    return first * depth + tap / 4 * 4 * width + (m - first) * 4 + tap % 4;
  }
};

}  // namespace coinfer::layout
COINFER_CODE_END
