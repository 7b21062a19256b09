// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/ops/reduction.hpp"
#include "coinfer/stages/stage.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// S: in, out, window, clamp.
template <class S>
struct AveragePool2dStage : OneInput<S> {
  static constexpr AveragePool2d params = {{S::in.shape, S::out.shape, S::window, S::clamp}};
  static_assert(
      window_fits(S::in.shape, S::out.shape, S::window) && S::in.shape.channels == S::out.shape.channels,
      "coinfer: the output shape of this AVERAGE_POOL_2D does not follow from its input shape and window");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template average_pool_2d_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                                   views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct MaxPool2dStage : OneInput<S> {
  static constexpr MaxPool2d params = {{S::in.shape, S::out.shape, S::window, S::clamp}};
  static_assert(
      window_fits(S::in.shape, S::out.shape, S::window) && S::in.shape.channels == S::out.shape.channels,
      "coinfer: the output shape of this MAX_POOL_2D does not follow from its input shape and window");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template max_pool_2d_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                               views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, params (the generated header gives them whole).
template <class S, class Params>
struct ReductionStage : OneInput<S> {
  static constexpr Params params = S::params;
  static_assert(params.in == S::in.shape && params.out == S::out.shape &&
                    S::in.shape.elements() == S::out.shape.elements() * params.count(),
                "coinfer: the output shape of this reduction does not follow from its input shape and axes");
};

template <class S>
struct MeanStage : ReductionStage<S, Mean> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template mean_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                        views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct SumStage : ReductionStage<S, Sum> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template sum_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                       views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct ReduceMaxStage : ReductionStage<S, ReduceMax> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template reduce_max_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                              views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct ArgMaxStage : ReductionStage<S, ArgMax> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template arg_max_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                           views.template rows<std::int32_t>(S::out), rows, scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
