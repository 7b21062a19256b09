// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer/compiler.hpp"
#include "coinfer/ops/add.hpp"
#include "coinfer/ops/cast.hpp"
#include "coinfer/ops/l2_normalization.hpp"
#include "coinfer/ops/log_softmax.hpp"
#include "coinfer/ops/lookup.hpp"
#include "coinfer/ops/quantize.hpp"
#include "coinfer/ops/softmax.hpp"
#include "coinfer/stages/stage.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// S: first, second, out, params.
template <class S>
struct AddStage {
  static constexpr const TensorInfo* inputs[] = {&S::first, &S::second};
  static constexpr StageIo io = {inputs, 2, &S::out};
  static constexpr Add params = S::params;
  static_assert(S::first.shape == S::out.shape && S::second.shape == S::out.shape &&
                    params.shape == S::out.shape,
                "coinfer: the operands and the output of this ADD differ in shape");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template add_s8<Rounding>(params, views.template rows<const std::int8_t>(S::first),
                                       views.template rows<const std::int8_t>(S::second),
                                       views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, params; for SOFTMAX, QUANTIZE, DEQUANTIZE and stand-alone activations.
template <class S, class Params>
struct Elementwise : OneInput<S> {
  static constexpr Params params = S::params;
  static_assert(S::in.shape == S::out.shape && params.shape == S::out.shape,
                "coinfer: the input and the output of this element-wise stage differ in shape");
};

template <class S>
struct SoftmaxStage : Elementwise<S, Softmax> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template softmax_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                           views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct LogSoftmaxStage : Elementwise<S, LogSoftmax> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template log_softmax_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                               views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct L2NormalizationStage : Elementwise<S, L2Normalization> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template l2_normalization_s8<Rounding>(S::params, views.template rows<const std::int8_t>(S::in),
                                                    views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// QUANTIZE between integer types, and RELU and its kin as stages of their own.
template <class S>
struct RequantizeStage : Elementwise<S, Requantize> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    const auto in = views.template rows<const typename ElementOf<S::in.type>::Type>(S::in);
    const auto out = views.template rows<typename ElementOf<S::out.type>::Type>(S::out);
    constexpr DataType from = S::in.type;
    constexpr DataType to = S::out.type;
    if constexpr (from == DataType::u8) {
      Kernels::template requantize_u8_s8<Rounding>(S::params, in, out, rows, scratch);
    } else if constexpr (to == DataType::u8) {
      Kernels::template requantize_s8_u8<Rounding>(S::params, in, out, rows, scratch);
    } else if constexpr (from == DataType::s16 && to == DataType::s16) {
      Kernels::template requantize_s16<Rounding>(S::params, in, out, rows, scratch);
    } else if constexpr (from == DataType::s16) {
      Kernels::template requantize_s16_s8<Rounding>(S::params, in, out, rows, scratch);
    } else if constexpr (to == DataType::s16) {
      Kernels::template requantize_s8_s16<Rounding>(S::params, in, out, rows, scratch);
    } else {
      Kernels::template requantize_s8<Rounding>(S::params, in, out, rows, scratch);
    }
  }
};

// S: in, out, constants: the table.
template <class S>
struct LookupStage : OneInput<S> {
  static constexpr Lookup params = {S::out.shape};
  static_assert(S::in.shape == S::out.shape && sizeof(S::constants.values) == Lookup::table_size,
                "coinfer: the tensors of this table look-up differ in shape, or its table is not 256 long");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template lookup_s8<Rounding>(params, S::constants.values,
                                          views.template rows<const std::int8_t>(S::in),
                                          views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct QuantizeStage : Elementwise<S, Quantize> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    const auto in = views.template rows<const float>(S::in);
    const auto out = views.template rows<typename ElementOf<S::out.type>::Type>(S::out);
    if constexpr (S::out.type == DataType::s16) {
      Kernels::template quantize_f32_s16<Rounding>(S::params, in, out, rows, scratch);
    } else {
      Kernels::template quantize_f32_s8<Rounding>(S::params, in, out, rows, scratch);
    }
  }
};

template <class S>
struct DequantizeStage : Elementwise<S, Dequantize> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    const auto in = views.template rows<const typename ElementOf<S::in.type>::Type>(S::in);
    const auto out = views.template rows<float>(S::out);
    if constexpr (S::in.type == DataType::s16) {
      Kernels::template dequantize_s16_f32<Rounding>(S::params, in, out, rows, scratch);
    } else {
      Kernels::template dequantize_s8_f32<Rounding>(S::params, in, out, rows, scratch);
    }
  }
};

template <class S>
struct CastStage : Elementwise<S, Cast> {
  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template cast<Rounding>(
        S::params, views.template rows<const typename ElementOf<S::in.type>::Type>(S::in),
        views.template rows<typename ElementOf<S::out.type>::Type>(S::out), rows, scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
