// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/scalar/conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/scalar/depthwise_conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/scalar/fully_connected_s8.hpp"
#include "coinfer_kernels/portable.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// The least code, and all that a core without the DSP extension can do (Cortex-M0, M0+, M3): one loop for
// every convolution, one for depthwise stages, one for vectors. The same bytes as Reference; models are
// imported with --layout dsp. Its plain C++ runs anywhere.
struct CortexMSmall : Portable {
  static constexpr const char* name = "cortex_m small";

  template <class Layout>
  static constexpr bool accepts = std::is_same_v<Layout, layout::Dsp>;
  static constexpr DepthwiseOrder depthwise_order = DepthwiseOrder::channels;

  using Portable::scratch_bytes;
  static constexpr std::int32_t scratch_bytes(const Conv2d& p) { return scalar::conv_2d_scratch_bytes(p); }
  static constexpr std::int32_t scratch_bytes(const DepthwiseConv2d& p) {
    return p.is_convolution() ? scalar::conv_2d_scratch_bytes(p.as_convolution())
                              : scalar::depthwise_conv_2d_scratch_bytes(p);
  }

  template <class Rounding>
  static void conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Dsp>& w, Rows<const std::int8_t> in,
                         Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
    scalar::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
  }

  template <class Rounding>
  static void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
                                   Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                   Scratch scratch) {
    if (p.is_convolution()) {
      scalar::conv_2d_s8<Rounding>(p.as_convolution(), w, in, out, rows, scratch);
    } else {
      scalar::depthwise_conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
    }
  }

  template <class Rounding>
  static void fully_connected_s8(const FullyConnected& p, const PackedWeights<layout::Dsp>& w,
                                 Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                 Scratch /*scratch*/) {
    scalar::fully_connected_s8<Rounding>(p, w, in, out, rows);
  }
};

}  // namespace coinfer::kernels
COINFER_CODE_END
