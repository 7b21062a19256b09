// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/add_s8.hpp"
#include "coinfer_kernels/cortex_m/dsp/conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/dsp/depthwise_conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/dsp/dot.hpp"
#include "coinfer_kernels/cortex_m/dsp/fully_connected_s8.hpp"
#include "coinfer_kernels/cortex_m/helium.hpp"
#include "coinfer_kernels/cortex_m/small.hpp"
#include "coinfer_kernels/portable.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// For cores with the DSP extension (Cortex-M4, M7, M33), the same bytes as Reference; models are imported
// with
// --layout dsp. Its plain C++ runs anywhere.
struct CortexMDsp : Portable {
  static constexpr const char* name = "cortex_m dsp";

  template <class Layout>
  static constexpr bool accepts = std::is_same_v<Layout, layout::Dsp>;
  static constexpr DepthwiseOrder depthwise_order = DepthwiseOrder::channels;

  template <class Rounding>
  static void add_s8(const Add& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                     Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    dsp::add_s8<Rounding>(p, first, second, out, rows, scratch);
  }

  using Portable::scratch_bytes;
  static constexpr std::int32_t scratch_bytes(const Conv2d& p) { return dsp::conv_2d_scratch_bytes(p); }
  static constexpr std::int32_t scratch_bytes(const FullyConnected& p) {
    return dsp::fully_connected_scratch_bytes(p);
  }

  static constexpr std::int32_t scratch_bytes(const DepthwiseConv2d& p) {
    return dsp::depthwise_conv_2d_scratch_bytes(p);
  }

  template <class Rounding>
  static void conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Dsp>& w, Rows<const std::int8_t> in,
                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    dsp::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
                                   Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                   Scratch scratch) {
    if (p.is_convolution()) {
      dsp::conv_2d_s8<Rounding>(p.as_convolution(), w, in, out, rows, scratch);
    } else {
      dsp::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
    }
  }

  template <class Rounding>
  static void fully_connected_s8(const FullyConnected& p, const PackedWeights<layout::Dsp>& w,
                                 Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                 Scratch scratch) {
    dsp::fully_connected_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void unidirectional_sequence_lstm_s8(const UnidirectionalSequenceLstm& p, const LstmWeights& w,
                                              Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                              std::int16_t* cell, std::int8_t* hidden, Scratch scratch) {
    reference::unidirectional_sequence_lstm_s8<Rounding, dsp::Dot>(p, w, in, out, cell, hidden, scratch);
  }
};

// The fastest set for the core that is compiled for; CortexMSmall is the one with the least code.
#if defined(__ARM_FEATURE_MVE)
using CortexM = CortexMHelium;
#elif COINFER_DSP
using CortexM = CortexMDsp;
#else
using CortexM = CortexMSmall;
#endif

}  // namespace coinfer::kernels
COINFER_CODE_END
