// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/unidirectional_sequence_lstm.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"
#include "coinfer_kernels/reference/sigmoid_tanh_s16.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

inline constexpr Clamp s16_range = {-32768, 32767};

// sums[j] = sum over i of values[i] * rows[j * size + i], for 4 rows; what kernel sets replace.
struct PlainDot {
  static void dot_4(const std::int8_t* values, const std::int8_t* rows, std::int32_t size,
                    std::int32_t* sums) {
    for (std::int32_t j = 0; j < 4; ++j) {
      sums[j] = 0;
      for (std::int32_t i = 0; i < size; ++i) sums[j] += values[i] * rows[j * size + i];
    }
  }
};

// value * 2^shift as a requantization, shift in [-32, -2]: it rounds as the model's rule says.
template <class Rounding>
constexpr std::int32_t scaled_by_power_of_two(std::int32_t value, std::int32_t shift) {
  return output_value<Rounding>(value, 1 << 30, shift + 1, 0, s16_range);
}

// What goes into the functions of the four gates of a unit, in units of 2^-12.
template <class Rounding, class Dot>
void lstm_gates(const UnidirectionalSequenceLstm& p, const LstmWeights& w, std::int32_t unit,
                const std::int8_t* input, const std::int8_t* hidden, std::int32_t* gates) {
  const std::int32_t first = unit * p.gate_count;
  std::int32_t of_input[UnidirectionalSequenceLstm::gate_count];
  std::int32_t of_hidden[UnidirectionalSequenceLstm::gate_count];
  Dot::dot_4(input, w.input + first * p.inputs(), p.inputs(), of_input);
  Dot::dot_4(hidden, w.recurrent + first * p.units(), p.units(), of_hidden);
  // Sums wrap, as in the source.
  const auto sum = [](std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
  };
  for (std::int32_t i = 0; i < p.gate_count; ++i) {
    const LstmGate& scale = p.gates[i];
    gates[i] =
        s16_range(output_value<Rounding>(sum(of_input[i], w.input_bias[first + i]), scale.input_multiplier,
                                         scale.input_shift, 0, s16_range) +
                  output_value<Rounding>(sum(of_hidden[i], w.recurrent_bias[first + i]),
                                         scale.recurrent_multiplier, scale.recurrent_shift, 0, s16_range));
  }
}

// Three times the cell state in units of 2^-12, rounded to nearest.
constexpr std::int32_t tanh_input(std::int32_t cell, std::int32_t cell_bits) {
  const std::int32_t right = cell_bits - 12;
  return right > 0 ? (3 * cell + (1 << (right - 1))) >> right : 3 * cell * (1 << -right);
}

// One step of one sequence: from the hidden state before it to the one after it, `out`.
template <class Rounding, class Dot>
void lstm_step(const UnidirectionalSequenceLstm& p, const LstmWeights& w, const std::int8_t* input,
               const std::int8_t* hidden, std::int16_t* cell, std::int8_t* out) {
  for (std::int32_t u = 0; u < p.units(); ++u) {
    std::int32_t gates[UnidirectionalSequenceLstm::gate_count];
    lstm_gates<Rounding, Dot>(p, w, u, input, hidden, gates);
    const std::int32_t forgotten = scaled_by_power_of_two<Rounding>(sigmoid_s16(3 * gates[1]) * cell[u], -15);
    const std::int32_t learnt = scaled_by_power_of_two<Rounding>(
        sigmoid_s16(3 * gates[0]) * tanh_s16(3 * gates[2]), p.cell_bits - 30);
    cell[u] = static_cast<std::int16_t>(p.cell_clamp(forgotten + learnt));
    const std::int32_t shown = tanh_s16(tanh_input(cell[u], p.cell_bits)) * sigmoid_s16(3 * gates[3]);
    out[u] = static_cast<std::int8_t>(
        output_value<Rounding>(shown, p.multiplier, p.shift, p.out_zero_point, Clamp{}));
  }
}

// All steps of all sequences. cell, hidden: the state, as in UnidirectionalSequenceLstm.
template <class Rounding, class Dot>
void unidirectional_sequence_lstm_s8(const UnidirectionalSequenceLstm& p, const LstmWeights& w,
                                     Rows<const std::int8_t> in, Rows<std::int8_t> out, std::int16_t* cell,
                                     std::int8_t* hidden, Scratch /*scratch*/) {
  for (std::int32_t sequence = 0; sequence < p.sequences(); ++sequence) {
    for (std::int32_t u = 0; u < p.units(); ++u) {
      hidden[u] = static_cast<std::int8_t>(hidden[u] + p.out_zero_point);
    }
    const std::int8_t* before = hidden;
    for (std::int32_t step = 0; step < p.steps(); ++step) {
      const std::int32_t y = p.time_major ? step : sequence;
      const std::int32_t x = p.time_major ? sequence : step;
      std::int8_t* after = out.row(y) + x * p.units();
      lstm_step<Rounding, Dot>(p, w, in.row(y) + x * p.inputs(), before, cell, after);
      before = after;
    }
    for (std::int32_t u = 0; u < p.units(); ++u) {
      hidden[u] = static_cast<std::int8_t>(before[u] - p.out_zero_point);
    }
    cell += p.units();
    hidden += p.units();
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
