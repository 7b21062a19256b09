// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/portable/average_pool_2d_s8.hpp"
#include "coinfer_kernels/portable/concatenation_s8.hpp"
#include "coinfer_kernels/portable/conv_2d_s8.hpp"
#include "coinfer_kernels/portable/depthwise_conv_2d_s8.hpp"
#include "coinfer_kernels/portable/dot.hpp"
#include "coinfer_kernels/portable/fully_connected_s8.hpp"
#include "coinfer_kernels/portable/max_pool_2d_s8.hpp"
#include "coinfer_kernels/portable/mean_s8.hpp"
#include "coinfer_kernels/portable/pad_s8.hpp"
#include "coinfer_kernels/portable/reshape_s8.hpp"
#include "coinfer_kernels/portable/resize_nearest_neighbor_s8.hpp"
#include "coinfer_kernels/portable/transpose_s8.hpp"
#include "coinfer_kernels/reference.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// Fast plain C++17, the same bytes as Reference; operators without a faster version are the reference's.
struct Portable : Reference {
  static constexpr const char* name = "portable";

  template <class Layout>
  static constexpr bool accepts = std::is_same_v<Layout, layout::TensorFlow>;

  using Reference::scratch_bytes;
  static constexpr std::int32_t scratch_bytes(const Conv2d& p) {
    return p.window.pointwise() ? 0 : portable::window_elements(p);
  }

  template <class Rounding>
  static void conv_2d_s8(const Conv2d& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    portable::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const ChannelWeights& w,
                                   Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                   Scratch scratch) {
    portable::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void fully_connected_s8(const FullyConnected& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                                 Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    portable::fully_connected_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void unidirectional_sequence_lstm_s8(const UnidirectionalSequenceLstm& p, const LstmWeights& w,
                                              Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                              std::int16_t* cell, std::int8_t* hidden, Scratch scratch) {
    reference::unidirectional_sequence_lstm_s8<Rounding, portable::Dot>(p, w, in, out, cell, hidden, scratch);
  }

  template <class Rounding>
  static void average_pool_2d_s8(const AveragePool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                 RowRange rows, Scratch scratch) {
    portable::average_pool_2d_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void max_pool_2d_s8(const MaxPool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                             RowRange rows, Scratch scratch) {
    portable::max_pool_2d_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void mean_s8(const Mean& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                      Scratch scratch) {
    portable::mean_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void pad_s8(const Pad& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                     Scratch scratch) {
    portable::pad_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void concatenation_s8(const ConcatenationInput& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                               RowRange rows, Scratch scratch) {
    portable::concatenation_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void reshape_s8(const Reshape& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                         Scratch scratch) {
    portable::reshape_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void transpose_s8(const Transpose& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                           RowRange rows, Scratch scratch) {
    portable::transpose_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void resize_nearest_neighbor_s8(const ResizeNearestNeighbor& p, Rows<const std::int8_t> in,
                                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    portable::resize_nearest_neighbor_s8<Rounding>(p, in, out, rows, scratch);
  }
};

}  // namespace coinfer::kernels
COINFER_CODE_END
