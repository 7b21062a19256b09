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

// For cores with Helium (Armv8.1-M MVE), which multiply and add 16 pairs of int8 at once: the filter is made
// of vectors of 16 values that belong to 16 successive values of the input, wherever those come from.
//
// A convolution is a matrix product: blocks of 4 output channels, the last one filled up with zeros; in a
// block [vector][channel][value]. The taps of a window are in the order [column][row][channel], as the kernel
// gathers them; zeros in front of them fill up the first vector. Fully connected: the same.
//
// Depthwise: [channel][vector][value]. The kernel takes one channel at a time and lays the rows of a window
// side by side: [column][row], `pitch` rows to a column, zeros at the end. Where a tall output gives the
// longer runs, rows and columns change places.
struct Helium {
  static constexpr std::int32_t vector = 16;
  static constexpr std::int32_t channel_block = 4;

  static constexpr std::int32_t filled_up(std::int32_t count, std::int32_t to) {
    return (count + to - 1) / to * to;
  }

  // Taps of an output channel of a matrix product.
  static constexpr std::int32_t depth(const Conv2d& p) {
    return p.window.height * p.window.width * p.in.channels;
  }
  static constexpr std::int32_t depth(const FullyConnected& p) { return p.input_depth; }

  // A depthwise stage as lines of outputs: rows, or columns. A line is computed from `cross_taps` lines of
  // the input, each output from `run_taps` places along them; what a dilated window leaves out counts, as
  // zeros.
  struct Lines {
    bool columns;
    std::int32_t run_taps;
    std::int32_t cross_taps;

    constexpr std::int32_t filter_bytes() const { return filled_up(run_taps * cross_taps, vector); }
  };
  static constexpr Lines lines(const DepthwiseConv2d& p) {
    // A line costs about as much as two groups of four outputs more than its own groups.
    const std::int32_t rows_cost = p.out.height * (filled_up(p.out.width, 4) + 8);
    const std::int32_t columns_cost = p.out.width * (filled_up(p.out.height, 4) + 8);
    // Columns of another width than the input's could not be written in its place, nor those of a single
    // channel by the rule for rows.
    const bool columns = p.in == p.out && p.in.channels > 1 && columns_cost < rows_cost;
    const std::int32_t height = (p.window.height - 1) * p.window.dilation_height + 1;
    const std::int32_t width = (p.window.width - 1) * p.window.dilation_width + 1;
    return columns ? Lines{true, height, width} : Lines{false, width, height};
  }

  static constexpr std::int32_t filter_bytes(const Conv2d& p) {
    return product_bytes(depth(p), p.out.channels);
  }
  static constexpr std::int32_t filter_bytes(const FullyConnected& p) {
    return product_bytes(depth(p), p.out.channels);
  }
  static constexpr std::int32_t filter_bytes(const DepthwiseConv2d& p) {
    return p.is_convolution() ? filter_bytes(p.as_convolution()) : p.out.channels * lines(p).filter_bytes();
  }

  static constexpr std::int32_t filter_index(const Conv2d& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx, std::int32_t c) {
    return product_index(depth(p), m, (kx * p.window.height + ky) * p.in.channels + c);
  }
  static constexpr std::int32_t filter_index(const FullyConnected& p, std::int32_t m, std::int32_t i) {
    return product_index(depth(p), m, i);
  }
  static constexpr std::int32_t filter_index(const DepthwiseConv2d& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx) {
    if (p.is_convolution()) return filter_index(p.as_convolution(), m, ky, kx, 0);
    const Lines l = lines(p);
    const std::int32_t row = ky * p.window.dilation_height;
    const std::int32_t column = kx * p.window.dilation_width;
    return m * l.filter_bytes() + (l.columns ? row * l.cross_taps + column : column * l.cross_taps + row);
  }

  // As it is: vectors shift by signed counts.
  static constexpr std::int32_t stored_shift(std::int32_t shift) { return shift; }

  // The vector scaling shifts to the right by at least one place.
  template <class Params>
  static constexpr bool narrow(const Params& p, const ChannelWeights& w) {
    for (std::int32_t m = 0; m < p.out.channels; ++m) {
      const std::int32_t shift = simplified_channel(p, w, m).constants.shift;
      if (shift < -31 || shift > -1) return false;
    }
    return true;
  }

 private:
  static constexpr std::int32_t product_bytes(std::int32_t depth, std::int32_t channels) {
    return filled_up(channels, channel_block) * filled_up(depth, vector);
  }
  static constexpr std::int32_t product_index(std::int32_t depth, std::int32_t m, std::int32_t tap) {
    const std::int32_t filled = filled_up(depth, vector);
    const std::int32_t place = tap + filled - depth;
    return m / channel_block * channel_block * filled + place / vector * vector * channel_block +
           m % channel_block * vector + place % vector;
  }
};

}  // namespace coinfer::layout
COINFER_CODE_END
