// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer/compiler.hpp"
#include "coinfer/ops/svdf.hpp"
#include "coinfer/ops/unidirectional_sequence_lstm.hpp"
#include "coinfer/stages/stage.hpp"

// Stages that remember: each run is one step, and the state it leaves is the next run's. A network's
// recurrent stages run on the device that keeps their states, once per frame, whatever exit is asked for.
COINFER_CODE_BEGIN
namespace coinfer {

template <class S>
struct RecurrentStage {
  static constexpr const TensorInfo* inputs[] = {&S::in};
  static constexpr StageIo io = {inputs, 1, &S::out, false, true};
  // Bytes of the states up to and including this one's.
  static constexpr std::int32_t state_end = S::state_offset + S::params.state_bytes();
};

// S: in, out, params, weights, state_offset.
template <class S>
struct SvdfStage : RecurrentStage<S> {
  static constexpr Svdf params = S::params;
  static_assert(params.in == S::in.shape && params.out == S::out.shape &&
                    sizeof(S::weights.feature) ==
                        static_cast<std::size_t>(params.filters() * params.in.channels) &&
                    sizeof(S::weights.time) == static_cast<std::size_t>(params.state_bytes()),
                "coinfer: the parameters of this SVDF do not fit its tensors and weights");

  static constexpr auto weights() { return S::weights.view(); }

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange /*rows*/, Scratch scratch) {
    Kernels::template svdf_s8<Rounding>(params, weights(), views.template rows<const std::int8_t>(S::in),
                                        views.template rows<std::int8_t>(S::out),
                                        views.template state<std::int16_t>(S::state_offset), scratch);
  }
};

// S: in, out, params, weights, state_offset.
template <class S>
struct UnidirectionalSequenceLstmStage : RecurrentStage<S> {
  static constexpr UnidirectionalSequenceLstm params = S::params;
  static_assert(params.in == S::in.shape && params.out == S::out.shape &&
                    sizeof(S::weights.input) == static_cast<std::size_t>(params.input_weights()) &&
                    sizeof(S::weights.recurrent) == static_cast<std::size_t>(params.recurrent_weights()),
                "coinfer: the parameters of this LSTM do not fit its tensors and weights");

  static constexpr auto weights() { return S::weights.view(); }

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange /*rows*/, Scratch scratch) {
    Kernels::template unidirectional_sequence_lstm_s8<Rounding>(
        params, weights(), views.template rows<const std::int8_t>(S::in),
        views.template rows<std::int8_t>(S::out), views.template state<std::int16_t>(S::state_offset),
        views.template state<std::int8_t>(S::state_offset + params.hidden_offset()), scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
