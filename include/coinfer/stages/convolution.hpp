// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "coinfer/layouts/dsp.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/stages/stage.hpp"

namespace coinfer {

// The layout of a stage's weights.
template <class S>
using LayoutOf = typename std::remove_reference_t<decltype(S::weights)>::Layout;

// S: in, out, window, clamp, per_channel, weights.
template <class S>
struct Conv2dStage : OneInput<S> {
  static constexpr Conv2d params = {S::in.shape,       S::out.shape, S::window,     S::in.zero_point,
                                    S::out.zero_point, S::clamp,     S::per_channel};
  static_assert(window_fits(S::in.shape, S::out.shape, S::window),
                "coinfer: the output shape of this CONV_2D does not follow from its input shape and window");
  static_assert(filter_fits(sizeof(S::weights.filter), LayoutOf<S>::filter_bytes(params)),
                "coinfer: the filter of this CONV_2D does not fit its input and output channels");

  static constexpr auto weights() { return S::weights.view(); }

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template conv_2d_s8<Rounding>(params, weights(), views.template rows<const std::int8_t>(S::in),
                                           views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct DepthwiseConv2dStage : OneInput<S> {
  static constexpr DepthwiseConv2d params = {S::in.shape,       S::out.shape, S::window,     S::in.zero_point,
                                             S::out.zero_point, S::clamp,     S::per_channel};
  static_assert(
      window_fits(S::in.shape, S::out.shape, S::window),
      "coinfer: the output shape of this DEPTHWISE_CONV_2D does not follow from its input shape and window");
  static_assert(
      S::out.shape.channels % S::in.shape.channels == 0,
      "coinfer: the output channels of this DEPTHWISE_CONV_2D are no multiple of its input channels");
  static_assert(filter_fits(sizeof(S::weights.filter), LayoutOf<S>::filter_bytes(params)),
                "coinfer: the filter of this DEPTHWISE_CONV_2D does not fit its output channels");

  static constexpr auto weights() { return S::weights.view(); }

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template depthwise_conv_2d_s8<Rounding>(params, weights(),
                                                     views.template rows<const std::int8_t>(S::in),
                                                     views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, input_depth, clamp, per_channel, weights.
template <class S>
struct FullyConnectedStage : OneInput<S> {
  static constexpr FullyConnected params = {S::in.shape,       S::out.shape, S::input_depth, S::in.zero_point,
                                            S::out.zero_point, S::clamp,     S::per_channel};
  static_assert(S::in.shape.elements() / S::input_depth * S::out.shape.channels == S::out.shape.elements(),
                "coinfer: the output shape of this FULLY_CONNECTED does not follow from its input");
  static_assert(
      filter_fits(sizeof(S::weights.filter), LayoutOf<S>::filter_bytes(params)),
      "coinfer: the filter of this FULLY_CONNECTED does not fit its input depth and output channels");

  static constexpr auto weights() { return S::weights.view(); }

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template fully_connected_s8<Rounding>(params, weights(),
                                                   views.template rows<const std::int8_t>(S::in),
                                                   views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

}  // namespace coinfer
