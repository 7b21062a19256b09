// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Scales of one gate: from input * weights, and from hidden state * recurrent weights, to 2^-12.
struct LstmGate {
  std::int32_t input_multiplier = 0;
  std::int32_t input_shift = 0;
  std::int32_t recurrent_multiplier = 0;
  std::int32_t recurrent_shift = 0;
};

// UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with an int16 cell state; no peephole, no projection, no layer
// normalization. Every call takes all steps of its sequences and goes on where the call before ended.
// Source: tensorflow/lite/micro/kernels/lstm_eval.{h,cc}, lstm_eval_common.cc.
struct UnidirectionalSequenceLstm {
  static constexpr std::int32_t gate_count = 4;  // in the order of the file: input, forget, cell, output

  Shape in;   // sequences x steps x inputs; time_major: steps x sequences x inputs
  Shape out;  // the same, x units
  bool time_major = false;
  std::int32_t out_zero_point = 0;  // of the hidden state, too
  LstmGate gates[gate_count];
  std::int32_t cell_bits = 0;   // the cell state's scale is 2^-cell_bits; in [0, 28]
  Clamp cell_clamp;             // within int16
  std::int32_t multiplier = 0;  // from 2^-30 to the output's scale
  std::int32_t shift = 0;

  constexpr std::int32_t inputs() const { return in.channels; }
  constexpr std::int32_t units() const { return out.channels; }
  constexpr std::int32_t sequences() const { return time_major ? in.width : in.height; }
  constexpr std::int32_t steps() const { return time_major ? in.height : in.width; }

  constexpr std::int32_t input_weights() const { return gate_count * units() * inputs(); }
  constexpr std::int32_t recurrent_weights() const { return gate_count * units() * units(); }
  constexpr RowRange input_rows(RowRange /*rows*/) const { return {0, in.height}; }
  constexpr std::int64_t macs() const {
    return std::int64_t{sequences()} * steps() * (std::int64_t{input_weights()} + recurrent_weights());
  }
  // Kept from call to call, zero at first: the cell state, int16 [sequence][unit], and behind it the hidden
  // state less its zero point modulo 256, int8 [sequence][unit].
  constexpr std::int32_t hidden_offset() const { return sequences() * units() * 2; }
  constexpr std::int32_t state_bytes() const { return hidden_offset() + sequences() * units(); }
};

}  // namespace coinfer
COINFER_CODE_END
