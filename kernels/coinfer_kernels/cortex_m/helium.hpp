// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/helium/add_s8.hpp"
#include "coinfer_kernels/cortex_m/helium/average_pool_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/helium/conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/helium/depthwise_conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/helium/dot.hpp"
#include "coinfer_kernels/cortex_m/helium/fully_connected_s8.hpp"
#include "coinfer_kernels/portable.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// For cores with Helium (Cortex-M52, M55, M85), the same bytes as Reference; models are imported with
// --layout helium. Elsewhere, plain C++ stands in for the assembly.
struct CortexMHelium : Portable {
  static constexpr const char* name = "cortex_m helium";

  template <class Layout>
  static constexpr bool accepts = std::is_same_v<Layout, layout::Helium>;

  static constexpr DepthwiseOrder depthwise_order = DepthwiseOrder::channels;

  using Portable::scratch_bytes;
  static constexpr std::int32_t scratch_bytes(const Conv2d& p) { return helium::conv_2d_scratch_bytes(p); }
  static constexpr std::int32_t scratch_bytes(const DepthwiseConv2d& p) {
    return helium::depthwise_conv_2d_scratch_bytes(p);
  }

  // Which of the two is a constant of the stage.
  template <class Rounding>
  [[gnu::always_inline]] static void conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Helium>& w,
                                                Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                                RowRange rows, Scratch scratch) {
    with_scaling<Rounding>(
        p, [&](auto rule) { helium::conv_2d_s8<Rounding, rule.value>(p, w, in, out, rows, scratch); });
  }

  template <class Rounding>
  [[gnu::always_inline]] static void depthwise_conv_2d_s8(const DepthwiseConv2d& p,
                                                          const PackedWeights<layout::Helium>& w,
                                                          Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                                          RowRange rows, Scratch scratch) {
    with_scaling<Rounding>(p, [&](auto rule) {
      helium::depthwise_conv_2d_s8<Rounding, rule.value>(p, w, in, out, rows, scratch);
    });
  }

  template <class Rounding>
  [[gnu::always_inline]] static void fully_connected_s8(const FullyConnected& p,
                                                        const PackedWeights<layout::Helium>& w,
                                                        Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                                        RowRange rows, Scratch /*scratch*/) {
    with_scaling<Rounding>(
        p, [&](auto rule) { helium::fully_connected_s8<Rounding, rule.value>(p, w, in, out, rows); });
  }

  template <class Rounding>
  [[gnu::always_inline]] static void add_s8(const Add& p, Rows<const std::int8_t> first,
                                            Rows<const std::int8_t> second, Rows<std::int8_t> out,
                                            RowRange rows, Scratch scratch) {
    if (helium::adds_in_vectors(p)) {
      with_scaling<Rounding>(p, [&](auto rule) { helium::add_s8<rule.value>(p, first, second, out, rows); });
    } else {
      Portable::add_s8<Rounding>(p, first, second, out, rows, scratch);
    }
  }

  template <class Rounding>
  [[gnu::always_inline]] static void average_pool_2d_s8(const AveragePool2d& p, Rows<const std::int8_t> in,
                                                        Rows<std::int8_t> out, RowRange rows,
                                                        Scratch scratch) {
    if (helium::averages_in_vectors(p)) {
      helium::average_pool_2d_s8(p, in, out, rows);
    } else {
      Portable::average_pool_2d_s8<Rounding>(p, in, out, rows, scratch);
    }
  }

  template <class Rounding>
  static void unidirectional_sequence_lstm_s8(const UnidirectionalSequenceLstm& p, const LstmWeights& w,
                                              Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                              std::int16_t* cell, std::int8_t* hidden, Scratch scratch) {
    reference::unidirectional_sequence_lstm_s8<Rounding, helium::Dot>(p, w, in, out, cell, hidden, scratch);
  }

 private:
  template <class Rounding, class Params, class Run>
  [[gnu::always_inline]] static void with_scaling(const Params& p, const Run& run) {
    using helium::ScalingRule;
    if constexpr (helium::scaling_rule<Rounding>(0, {}) == ScalingRule::once) {
      run(std::integral_constant<ScalingRule, ScalingRule::once>());
    } else if (helium::scaling_rule<Rounding>(p.out_zero_point, p.clamp) == ScalingRule::twice) {
      run(std::integral_constant<ScalingRule, ScalingRule::twice>());
    } else {
      run(std::integral_constant<ScalingRule, ScalingRule::twice_positive>());
    }
  }
};

}  // namespace coinfer::kernels
COINFER_CODE_END
