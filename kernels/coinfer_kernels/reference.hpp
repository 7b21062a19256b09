// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/overlap.hpp"
#include "coinfer_kernels/reference/add_s8.hpp"
#include "coinfer_kernels/reference/arg_max_s8.hpp"
#include "coinfer_kernels/reference/average_pool_2d_s8.hpp"
#include "coinfer_kernels/reference/batch_mat_mul_s8.hpp"
#include "coinfer_kernels/reference/broadcast_add_s8.hpp"
#include "coinfer_kernels/reference/cast.hpp"
#include "coinfer_kernels/reference/concatenation_s8.hpp"
#include "coinfer_kernels/reference/conv_2d_s8.hpp"
#include "coinfer_kernels/reference/depth_to_space_s8.hpp"
#include "coinfer_kernels/reference/depthwise_conv_2d_s8.hpp"
#include "coinfer_kernels/reference/dequantize_f32.hpp"
#include "coinfer_kernels/reference/fully_connected_s8.hpp"
#include "coinfer_kernels/reference/gather_s8.hpp"
#include "coinfer_kernels/reference/l2_normalization_s8.hpp"
#include "coinfer_kernels/reference/log_softmax_s8.hpp"
#include "coinfer_kernels/reference/lookup_s8.hpp"
#include "coinfer_kernels/reference/max_pool_2d_s8.hpp"
#include "coinfer_kernels/reference/mean_s8.hpp"
#include "coinfer_kernels/reference/minimum_maximum_s8.hpp"
#include "coinfer_kernels/reference/mul_s8.hpp"
#include "coinfer_kernels/reference/pad_s8.hpp"
#include "coinfer_kernels/reference/prelu_s8.hpp"
#include "coinfer_kernels/reference/quantize_f32.hpp"
#include "coinfer_kernels/reference/reduce_max_s8.hpp"
#include "coinfer_kernels/reference/requantize_s8.hpp"
#include "coinfer_kernels/reference/reshape_s8.hpp"
#include "coinfer_kernels/reference/resize_bilinear_s8.hpp"
#include "coinfer_kernels/reference/resize_nearest_neighbor_s8.hpp"
#include "coinfer_kernels/reference/softmax_s8.hpp"
#include "coinfer_kernels/reference/space_to_depth_s8.hpp"
#include "coinfer_kernels/reference/strided_slice_s8.hpp"
#include "coinfer_kernels/reference/sum_s8.hpp"
#include "coinfer_kernels/reference/svdf_s8.hpp"
#include "coinfer_kernels/reference/transpose_conv_s8.hpp"
#include "coinfer_kernels/reference/transpose_s8.hpp"
#include "coinfer_kernels/reference/unidirectional_sequence_lstm_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// The specification: plain loops, bit-exact to TensorFlow Lite Micro's reference kernels under both rounding
// rules. Every kernel computes the output rows `rows` only, in ascending order, and reads only
// params.input_rows(rows): the arena lets an output overlap an input (coinfer/overlap.hpp).
// To replace one operator of a set, inherit and define the member of the same name.
struct Reference {
  static constexpr const char* name = "reference";

  static constexpr DepthwiseOrder depthwise_order = DepthwiseOrder::rows;

  // Weight layouts that the set reads.
  template <class Layout>
  static constexpr bool accepts =
      std::is_same_v<Layout, layout::TensorFlow> || std::is_same_v<Layout, layout::Dsp> ||
      std::is_same_v<Layout, layout::Helium>;

  // Working memory that the kernel of these parameters asks for.
  template <class Params>
  static constexpr std::int32_t scratch_bytes(const Params& /*params*/) {
    return 0;
  }

  template <class Rounding, class Weights = ChannelWeights>
  static void conv_2d_s8(const Conv2d& p, const Weights& w, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                         RowRange rows, Scratch scratch) {
    reference::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding, class Weights = ChannelWeights>
  static void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const Weights& w, Rows<const std::int8_t> in,
                                   Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding, class Weights = ChannelWeights>
  static void fully_connected_s8(const FullyConnected& p, const Weights& w, Rows<const std::int8_t> in,
                                 Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::fully_connected_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  // 4-bit weights (s4) and int16 activations (s16, which always take int64 sums).
  template <class Rounding>
  static void conv_2d_s4(const Conv2d& p, const NibbleWeights& w, Rows<const std::int8_t> in,
                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void conv_2d_s16(const Conv2d& p, const WideWeights& w, Rows<const std::int16_t> in,
                          Rows<std::int16_t> out, RowRange rows, Scratch scratch) {
    reference::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void depthwise_conv_2d_s16(const DepthwiseConv2d& p, const WideWeights& w,
                                    Rows<const std::int16_t> in, Rows<std::int16_t> out, RowRange rows,
                                    Scratch scratch) {
    reference::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void fully_connected_s4(const FullyConnected& p, const NibbleWeights& w, Rows<const std::int8_t> in,
                                 Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::fully_connected_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void fully_connected_s16(const FullyConnected& p, const WideWeights& w, Rows<const std::int16_t> in,
                                  Rows<std::int16_t> out, RowRange rows, Scratch scratch) {
    reference::fully_connected_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void transpose_conv_s8(const TransposeConv& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                                Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::transpose_conv_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  // `state`: params.state_bytes(), kept by the caller from run to run.
  template <class Rounding>
  static void svdf_s8(const Svdf& p, const SvdfWeights& w, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                      std::int16_t* state, Scratch scratch) {
    reference::svdf_s8<Rounding>(p, w, in, out, state, scratch);
  }

  // `cell`, `hidden`: params.state_bytes() in all, kept as above.
  template <class Rounding>
  static void unidirectional_sequence_lstm_s8(const UnidirectionalSequenceLstm& p, const LstmWeights& w,
                                              Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                              std::int16_t* cell, std::int8_t* hidden, Scratch scratch) {
    reference::unidirectional_sequence_lstm_s8<Rounding, reference::PlainDot>(p, w, in, out, cell, hidden,
                                                                              scratch);
  }

  template <class Rounding>
  static void batch_mat_mul_s8(const BatchMatMul& p, Rows<const std::int8_t> first,
                               Rows<const std::int8_t> second, Rows<std::int8_t> out, RowRange rows,
                               Scratch scratch) {
    reference::batch_mat_mul_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void add_s8(const Add& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                     Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::add_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void broadcast_add_s8(const BroadcastAdd& p, Rows<const std::int8_t> first,
                               Rows<const std::int8_t> second, Rows<std::int8_t> out, RowRange rows,
                               Scratch scratch) {
    reference::broadcast_add_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void mul_s8(const Mul& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                     Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::mul_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void minimum_s8(const Minimum& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::minimum_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void maximum_s8(const Maximum& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::maximum_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void prelu_s8(const Prelu& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                       Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::prelu_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  template <class Rounding>
  static void average_pool_2d_s8(const AveragePool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                 RowRange rows, Scratch scratch) {
    reference::average_pool_2d_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void max_pool_2d_s8(const MaxPool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                             RowRange rows, Scratch scratch) {
    reference::max_pool_2d_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void mean_s8(const Mean& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                      Scratch scratch) {
    reference::mean_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void sum_s8(const Sum& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                     Scratch scratch) {
    reference::sum_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void reduce_max_s8(const ReduceMax& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                            RowRange rows, Scratch scratch) {
    reference::reduce_max_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void arg_max_s8(const ArgMax& p, Rows<const std::int8_t> in, Rows<std::int32_t> out, RowRange rows,
                         Scratch scratch) {
    reference::arg_max_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void log_softmax_s8(const LogSoftmax& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                             RowRange rows, Scratch scratch) {
    reference::log_softmax_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void l2_normalization_s8(const L2Normalization& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                  RowRange rows, Scratch scratch) {
    reference::l2_normalization_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void pad_s8(const Pad& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                     Scratch scratch) {
    reference::pad_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void concatenation_s8(const ConcatenationInput& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                               RowRange rows, Scratch scratch) {
    reference::concatenation_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void reshape_s8(const Reshape& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                         Scratch scratch) {
    reference::reshape_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void softmax_s8(const Softmax& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                         Scratch scratch) {
    reference::softmax_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void requantize_s8(const Requantize& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                            RowRange rows, Scratch scratch) {
    reference::requantize_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void requantize_u8_s8(const Requantize& p, Rows<const std::uint8_t> in, Rows<std::int8_t> out,
                               RowRange rows, Scratch scratch) {
    reference::requantize_u8_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void requantize_s8_u8(const Requantize& p, Rows<const std::int8_t> in, Rows<std::uint8_t> out,
                               RowRange rows, Scratch scratch) {
    reference::requantize_s8_u8<Rounding>(p, in, out, rows, scratch);
  }

  // table[value + 128] is the result for `value`.
  template <class Rounding>
  static void lookup_s8(const Lookup& p, const std::int8_t* table, Rows<const std::int8_t> in,
                        Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::lookup_s8<Rounding>(p, table, in, out, rows, scratch);
  }

  template <class Rounding>
  static void requantize_s16(const Requantize& p, Rows<const std::int16_t> in, Rows<std::int16_t> out,
                             RowRange rows, Scratch /*scratch*/) {
    reference::requantize<Rounding>(p, in, out, rows);
  }

  template <class Rounding>
  static void requantize_s8_s16(const Requantize& p, Rows<const std::int8_t> in, Rows<std::int16_t> out,
                                RowRange rows, Scratch /*scratch*/) {
    reference::requantize<Rounding>(p, in, out, rows);
  }

  template <class Rounding>
  static void requantize_s16_s8(const Requantize& p, Rows<const std::int16_t> in, Rows<std::int8_t> out,
                                RowRange rows, Scratch /*scratch*/) {
    reference::requantize<Rounding>(p, in, out, rows);
  }

  template <class Rounding>
  static void quantize_f32_s16(const Quantize& p, Rows<const float> in, Rows<std::int16_t> out, RowRange rows,
                               Scratch /*scratch*/) {
    reference::quantize_f32(p, in, out, rows);
  }

  template <class Rounding>
  static void dequantize_s16_f32(const Dequantize& p, Rows<const std::int16_t> in, Rows<float> out,
                                 RowRange rows, Scratch /*scratch*/) {
    reference::dequantize_f32(p, in, out, rows);
  }

  template <class Rounding, class In, class Out>
  static void cast(const Cast& p, Rows<const In> in, Rows<Out> out, RowRange rows, Scratch /*scratch*/) {
    reference::cast(p, in, out, rows);
  }

  template <class Rounding>
  static void quantize_f32_s8(const Quantize& p, Rows<const float> in, Rows<std::int8_t> out, RowRange rows,
                              Scratch /*scratch*/) {
    reference::quantize_f32(p, in, out, rows);
  }

  template <class Rounding>
  static void dequantize_s8_f32(const Dequantize& p, Rows<const std::int8_t> in, Rows<float> out,
                                RowRange rows, Scratch /*scratch*/) {
    reference::dequantize_f32(p, in, out, rows);
  }

  template <class Rounding>
  static void transpose_s8(const Transpose& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                           RowRange rows, Scratch scratch) {
    reference::transpose_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void strided_slice_s8(const StridedSlice& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                               RowRange rows, Scratch scratch) {
    reference::strided_slice_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void space_to_depth_s8(const SpaceToDepth& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                RowRange rows, Scratch scratch) {
    reference::space_to_depth_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void depth_to_space_s8(const DepthToSpace& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                RowRange rows, Scratch scratch) {
    reference::depth_to_space_s8<Rounding>(p, in, out, rows, scratch);
  }

  template <class Rounding>
  static void resize_bilinear_s8(const ResizeBilinear& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                 RowRange rows, Scratch scratch) {
    reference::resize_bilinear_s8<Rounding>(p, in, out, rows, scratch);
  }

  // positions[i]: where element i of the output along the axis comes from.
  template <class Rounding>
  static void gather_s8(const Gather& p, const std::int32_t* positions, Rows<const std::int8_t> in,
                        Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::gather_s8<Rounding>(p, positions, in, out, rows, scratch);
  }

  template <class Rounding>
  static void resize_nearest_neighbor_s8(const ResizeNearestNeighbor& p, Rows<const std::int8_t> in,
                                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    reference::resize_nearest_neighbor_s8<Rounding>(p, in, out, rows, scratch);
  }
};

}  // namespace coinfer::kernels
COINFER_CODE_END
