// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/stages/stage.hpp"

// Stages of two operands. S: first, second, out, params; `second` may be a StageConstants instead of a
// tensor.
COINFER_CODE_BEGIN
namespace coinfer {

namespace detail {

template <class S, bool constant>
struct TwoInputs {
  static constexpr const TensorInfo* inputs[] = {&S::first, &S::second};
  static constexpr StageIo io = {inputs, 2, &S::out};
};
template <class S>
struct TwoInputs<S, true> {
  static constexpr const TensorInfo* inputs[] = {&S::first};
  static constexpr StageIo io = {inputs, 1, &S::out};
};

template <class Views>
Rows<const std::int8_t> operand(const Views& views, const TensorInfo& tensor, const Shape& /*shape*/) {
  return views.template rows<const std::int8_t>(tensor);
}
template <class Views, std::int32_t size>
Rows<const std::int8_t> operand(const Views& /*views*/, const StageConstants<size>& constants,
                                const Shape& shape) {
  return whole_tensor(constants.values, shape);
}

constexpr bool has_shape(const TensorInfo& tensor, const Shape& shape) { return tensor.shape == shape; }
template <std::int32_t size>
constexpr bool has_shape(const StageConstants<size>& /*constants*/, const Shape& shape) {
  return size == shape.elements();
}

}  // namespace detail

template <class S, class Params>
struct BroadcastStage : detail::TwoInputs<S, !std::is_same_v<std::decay_t<decltype(S::second)>, TensorInfo>> {
  static constexpr Params params = S::params;
  static_assert(detail::has_shape(S::first, params.first) && detail::has_shape(S::second, params.second) &&
                    params.out == S::out.shape && repeats_to(params.first, params.out) &&
                    repeats_to(params.second, params.out),
                "coinfer: the shapes of this stage's two operands do not lead to its output");

  // The second operand's values if it is not a tensor, else null.
  static constexpr const std::int8_t* constant() {
    if constexpr (BroadcastStage::io.input_count == 1) {
      return S::second.values;
    } else {
      return nullptr;
    }
  }

 protected:
  template <class Views>
  static Rows<const std::int8_t> first(const Views& views) {
    return detail::operand(views, S::first, params.first);
  }
  template <class Views>
  static Rows<const std::int8_t> second(const Views& views) {
    return detail::operand(views, S::second, params.second);
  }
};

template <class S>
struct BroadcastAddStage : BroadcastStage<S, BroadcastAdd> {
  using Stage = BroadcastStage<S, BroadcastAdd>;

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template broadcast_add_s8<Rounding>(Stage::params, Stage::first(views), Stage::second(views),
                                                 views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct MulStage : BroadcastStage<S, Mul> {
  using Stage = BroadcastStage<S, Mul>;

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template mul_s8<Rounding>(Stage::params, Stage::first(views), Stage::second(views),
                                       views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct MinimumStage : BroadcastStage<S, Minimum> {
  using Stage = BroadcastStage<S, Minimum>;

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template minimum_s8<Rounding>(Stage::params, Stage::first(views), Stage::second(views),
                                           views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct MaximumStage : BroadcastStage<S, Maximum> {
  using Stage = BroadcastStage<S, Maximum>;

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template maximum_s8<Rounding>(Stage::params, Stage::first(views), Stage::second(views),
                                           views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

template <class S>
struct PreluStage : BroadcastStage<S, Prelu> {
  using Stage = BroadcastStage<S, Prelu>;

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template prelu_s8<Rounding>(Stage::params, Stage::first(views), Stage::second(views),
                                         views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
