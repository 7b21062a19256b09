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

// Sum of values[i] * weights[i]; what kernel sets replace.
struct PlainDot {
  static std::int32_t dot(const std::int8_t* values, const std::int8_t* weights, std::int32_t size) {
    std::int32_t sum = 0;
    for (std::int32_t i = 0; i < size; ++i) sum += values[i] * weights[i];
    return sum;
  }
};

// value * 2^shift as a requantization, shift in [-32, -2]: it rounds as the model's rule says.
template <class Rounding>
constexpr std::int32_t scaled_by_power_of_two(std::int32_t value, std::int32_t shift) {
  return output_value<Rounding>(value, 1 << 30, shift + 1, 0, s16_range);
}

// What goes into the function of a gate, in units of 2^-12.
template <class Rounding, class Dot>
std::int32_t lstm_gate(const UnidirectionalSequenceLstm& p, const LstmWeights& w, std::int32_t gate,
                       std::int32_t unit, const std::int8_t* input, const std::int8_t* hidden) {
  const LstmGate& scale = p.gates[gate];
  const std::int32_t row = gate * p.units() + unit;
  // Sums wrap, as in the source.
  const auto of_input = static_cast<std::uint32_t>(Dot::dot(input, w.input + row * p.inputs(), p.inputs())) +
                        static_cast<std::uint32_t>(w.input_bias[row]);
  const auto of_hidden =
      static_cast<std::uint32_t>(Dot::dot(hidden, w.recurrent + row * p.units(), p.units())) +
      static_cast<std::uint32_t>(w.recurrent_bias[row]);
  return s16_range(output_value<Rounding>(static_cast<std::int32_t>(of_input), scale.input_multiplier,
                                          scale.input_shift, 0, s16_range) +
                   output_value<Rounding>(static_cast<std::int32_t>(of_hidden), scale.recurrent_multiplier,
                                          scale.recurrent_shift, 0, s16_range));
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
    for (std::int32_t i = 0; i < p.gate_count; ++i) {
      gates[i] = 3 * lstm_gate<Rounding, Dot>(p, w, i, u, input, hidden);
    }
    const std::int32_t forgotten = scaled_by_power_of_two<Rounding>(sigmoid_s16(gates[1]) * cell[u], -15);
    const std::int32_t learnt =
        scaled_by_power_of_two<Rounding>(sigmoid_s16(gates[0]) * tanh_s16(gates[2]), p.cell_bits - 30);
    cell[u] = static_cast<std::int16_t>(p.cell_clamp(forgotten + learnt));
    const std::int32_t shown = tanh_s16(tanh_input(cell[u], p.cell_bits)) * sigmoid_s16(gates[3]);
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
