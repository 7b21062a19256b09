// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer/layouts/nibbles.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/ops/batch_mat_mul.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/ops/transpose_conv.hpp"
#include "coinfer/stages/stage.hpp"

COINFER_CODE_BEGIN
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
    if constexpr (S::in.type == DataType::s16) {
      Kernels::template conv_2d_s16<Rounding>(params, weights(),
                                              views.template rows<const std::int16_t>(S::in),
                                              views.template rows<std::int16_t>(S::out), rows, scratch);
    } else if constexpr (std::is_same_v<LayoutOf<S>, layout::Nibbles>) {
      Kernels::template conv_2d_s4<Rounding>(params, weights(), views.template rows<const std::int8_t>(S::in),
                                             views.template rows<std::int8_t>(S::out), rows, scratch);
    } else {
      Kernels::template conv_2d_s8<Rounding>(params, weights(), views.template rows<const std::int8_t>(S::in),
                                             views.template rows<std::int8_t>(S::out), rows, scratch);
    }
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
    if constexpr (S::in.type == DataType::s16) {
      Kernels::template depthwise_conv_2d_s16<Rounding>(
          params, weights(), views.template rows<const std::int16_t>(S::in),
          views.template rows<std::int16_t>(S::out), rows, scratch);
    } else {
      Kernels::template depthwise_conv_2d_s8<Rounding>(
          params, weights(), views.template rows<const std::int8_t>(S::in),
          views.template rows<std::int8_t>(S::out), rows, scratch);
    }
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
    if constexpr (S::in.type == DataType::s16) {
      Kernels::template fully_connected_s16<Rounding>(
          params, weights(), views.template rows<const std::int16_t>(S::in),
          views.template rows<std::int16_t>(S::out), rows, scratch);
    } else if constexpr (std::is_same_v<LayoutOf<S>, layout::Nibbles>) {
      Kernels::template fully_connected_s4<Rounding>(params, weights(),
                                                     views.template rows<const std::int8_t>(S::in),
                                                     views.template rows<std::int8_t>(S::out), rows, scratch);
    } else {
      Kernels::template fully_connected_s8<Rounding>(params, weights(),
                                                     views.template rows<const std::int8_t>(S::in),
                                                     views.template rows<std::int8_t>(S::out), rows, scratch);
    }
  }
};

// S: as Conv2dStage; `window` is that of the convolution from out back to in.
template <class S>
struct TransposeConvStage : OneInput<S> {
  static constexpr TransposeConv params = {S::in.shape,       S::out.shape, S::window,     S::in.zero_point,
                                           S::out.zero_point, S::clamp,     S::per_channel};
  static_assert(
      window_fits(S::out.shape, S::in.shape, S::window),
      "coinfer: the output shape of this TRANSPOSE_CONV does not follow from its input shape and window");
  static_assert(filter_fits(sizeof(S::weights.filter), LayoutOf<S>::filter_bytes(params)),
                "coinfer: the filter of this TRANSPOSE_CONV does not fit its input and output channels");

  static constexpr auto weights() { return S::weights.view(); }

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template transpose_conv_s8<Rounding>(params, weights(),
                                                  views.template rows<const std::int8_t>(S::in),
                                                  views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: first, second, out, params.
template <class S>
struct BatchMatMulStage {
  static constexpr const TensorInfo* inputs[] = {&S::first, &S::second};
  static constexpr StageIo io = {inputs, 2, &S::out};
  static constexpr BatchMatMul params = S::params;
  static_assert(params.first == S::first.shape && params.second == S::second.shape &&
                    params.out == S::out.shape,
                "coinfer: the parameters of this BATCH_MATMUL do not fit its tensors");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template batch_mat_mul_s8<Rounding>(params, views.template rows<const std::int8_t>(S::first),
                                                 views.template rows<const std::int8_t>(S::second),
                                                 views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
