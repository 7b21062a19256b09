// SPDX-License-Identifier: Apache-2.0
// UNIDIRECTIONAL_SEQUENCE_LSTM step by step, and the functions of its gates.
#include <algorithm>
#include <cmath>

#include "check_rows.hpp"
#include "coinfer_kernels/cortex_m.hpp"

namespace coinfer::test {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Specification, SigmoidAndTanhOfInt16) {
  for (std::int32_t x = -32768; x <= 32767; ++x) {
    const double value = x / 4096.0;
    ASSERT_NEAR(kernels::sigmoid_s16(3 * x), 32768 * sigmoid(value), 1.5) << x;
    ASSERT_NEAR(kernels::tanh_s16(3 * x), 32768 * std::tanh(value), 2.5) << x;
  }
  for (const std::int32_t beyond : {1 << 20, 1 << 28}) {
    EXPECT_EQ(kernels::sigmoid_s16(beyond), 32767);
    EXPECT_EQ(kernels::sigmoid_s16(-beyond), 1);
    EXPECT_EQ(kernels::tanh_s16(beyond), 32767);
    EXPECT_EQ(kernels::tanh_s16(-beyond), -32767);
  }
}

// The values that TensorFlow Lite has, by sums over them.
TEST(Specification, SigmoidTableIsTensorFlows) {
  std::uint64_t sum = 0;
  std::uint64_t weighted = 0;
  for (std::uint64_t i = 0; i <= kernels::SigmoidTable::last; ++i) {
    sum += kernels::sigmoid_table.values[i];
    weighted += kernels::sigmoid_table.values[i] * (i * i % 251);
  }
  EXPECT_EQ(sum, 15670629U);
  EXPECT_EQ(weighted, 1834215702U);
}

struct Layer {
  UnidirectionalSequenceLstm p;
  std::vector<std::int8_t> input, recurrent;
  std::vector<std::int32_t> input_bias, recurrent_bias;
  LstmWeights weights() const {
    return {input.data(), recurrent.data(), input_bias.data(), recurrent_bias.data()};
  }
};

Layer random_layer(Random& random) {
  Layer layer;
  UnidirectionalSequenceLstm& p = layer.p;
  p.in.height = p.out.height = random.between(1, 3);
  p.in.width = p.out.width = random.between(1, 3);
  p.in.channels = random.between(1, 20);
  p.out.channels = random.between(1, 9);
  p.time_major = random.one_in(2);
  p.out_zero_point = random.zero_point();
  for (LstmGate& gate : p.gates) {  // exact powers of two: no rounding of a rounding
    gate.input_multiplier = gate.recurrent_multiplier = 1 << 30;
    gate.input_shift = random.between(-6, -1);
    gate.recurrent_shift = random.between(-6, -1);
  }
  p.cell_bits = random.between(9, 18);
  p.cell_clamp = random.one_in(3) ? Clamp{-1000, 1000} : Clamp{-32768, 32767};
  p.multiplier = 1 << 30;
  p.shift = -22;
  layer.input = random.elements<std::int8_t>(p.input_weights());
  layer.recurrent = random.elements<std::int8_t>(p.recurrent_weights());
  const auto rows = static_cast<std::size_t>(p.gate_count * p.units());
  for (auto* bias : {&layer.input_bias, &layer.recurrent_bias}) {
    bias->resize(rows);
    for (std::int32_t& value : *bias) value = random.between(-5000, 5000);
  }
  return layer;
}

double clamped(double value) { return std::clamp(value, -32768.0, 32767.0); }

// A gate's sum in units of 1, from the vectors as they are stored.
double gate_sum(const Layer& layer, std::int32_t gate, std::int32_t unit, const std::int8_t* x,
                const std::int8_t* hidden) {
  const UnidirectionalSequenceLstm& p = layer.p;
  const std::int32_t row = unit * p.gate_count + gate;
  double of_input = layer.input_bias[static_cast<std::size_t>(row)];
  double of_hidden = layer.recurrent_bias[static_cast<std::size_t>(row)];
  for (std::int32_t i = 0; i < p.inputs(); ++i)
    of_input += layer.input[static_cast<std::size_t>(row * p.inputs() + i)] * x[i];
  for (std::int32_t i = 0; i < p.units(); ++i)
    of_hidden += layer.recurrent[static_cast<std::size_t>(row * p.units() + i)] * hidden[i];
  return clamped(clamped(std::ldexp(of_input, p.gates[gate].input_shift - 1)) +
                 clamped(std::ldexp(of_hidden, p.gates[gate].recurrent_shift - 1))) /
         4096;
}

// One step of one sequence in real numbers, from the kernel's own state before it.
template <class Rule>
void check_step(Random& random) {
  Layer layer = random_layer(random);
  UnidirectionalSequenceLstm& p = layer.p;
  p.in.height = p.in.width = p.out.height = p.out.width = 1;
  const auto units = static_cast<std::size_t>(p.units());
  std::vector<std::int16_t> cell(units);
  std::vector<std::int8_t> hidden(units), out(units);
  for (auto& value : cell) value = static_cast<std::int16_t>(p.cell_clamp(random.between(-32768, 32767)));
  for (auto& value : hidden) value = static_cast<std::int8_t>(random.between(-128, 127));
  const auto x = random.elements<std::int8_t>(p.inputs());
  std::vector<std::int8_t> before(units);
  for (std::size_t u = 0; u < units; ++u) before[u] = static_cast<std::int8_t>(hidden[u] + p.out_zero_point);
  std::vector<double> wanted(units);
  for (std::size_t u = 0; u < units; ++u) {
    const auto sum = [&](std::int32_t gate) {
      return gate_sum(layer, gate, static_cast<std::int32_t>(u), x.data(), before.data());
    };
    const double kept = cell[u] * sigmoid(sum(1));
    const double learnt = clamped(std::ldexp(sigmoid(sum(0)) * std::tanh(sum(2)), p.cell_bits));
    wanted[u] = std::clamp(kept + learnt, static_cast<double>(p.cell_clamp.min),
                           static_cast<double>(p.cell_clamp.max));
  }
  kernels::Reference::unidirectional_sequence_lstm_s8<Rule>(
      p, layer.weights(), whole_tensor<const std::int8_t>(x.data(), p.in), whole_tensor(out.data(), p.out),
      cell.data(), hidden.data(), {});
  for (std::size_t u = 0; u < units; ++u) {
    // Sums are rounded to 2^-12, the functions to some 2^-15: less than 2^-10 of the cell, and two roundings.
    const double tolerance = std::ldexp(1.0, p.cell_bits - 10) + std::abs(wanted[u]) / 1024 + 2;
    ASSERT_NEAR(cell[u], wanted[u], tolerance) << "unit " << u;
    const double shown = std::tanh(std::ldexp(cell[u], -p.cell_bits)) *
                         sigmoid(gate_sum(layer, 3, static_cast<std::int32_t>(u), x.data(), before.data()));
    ASSERT_NEAR(out[u], std::clamp(std::ldexp(shown, 7) + p.out_zero_point, -128.0, 127.0), 1.2)
        << "unit " << u;
    ASSERT_EQ(hidden[u], static_cast<std::int8_t>(out[u] - p.out_zero_point)) << "unit " << u;
  }
}

TEST(Specification, LstmStepFollowsItsFormula) {
  for_random_cases([](Random& random) { check_step<rounding::Double>(random); });
  for_random_cases([](Random& random) { check_step<rounding::Single>(random); });
}

// Sums of any length, at any address.
template <class Dot>
void check_dot(Random& random) {
  const std::int32_t size = random.between(1, 70);
  const auto values = random.elements<std::int8_t>(size + 3);
  const auto rows = random.elements<std::int8_t>(4 * size + 3);
  const std::int8_t* value = values.data() + random.between(0, 3);
  const std::int8_t* row = rows.data() + random.between(0, 3);
  std::int32_t expected[4];
  std::int32_t found[4];
  kernels::reference::PlainDot::dot_4(value, row, size, expected);
  Dot::dot_4(value, row, size, found);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(found[i], expected[i]) << "row " << i << " of " << size;
}

TEST(Lstm, SumsOfAllSetsAreTheReferences) {
  for_random_cases([](Random& random) {
    check_dot<kernels::portable::Dot>(random);
    check_dot<kernels::dsp::Dot>(random);
    check_dot<kernels::helium::Dot>(random);
  });
}

// Every gate at 1/2: the cell is halved, and half of its tanh shows.
TEST(Specification, LstmForgetsHalfWhenNothingGoesIn) {
  UnidirectionalSequenceLstm p;
  p.out_zero_point = 3;
  for (LstmGate& gate : p.gates) gate = {1 << 30, 0, 1 << 30, 0};
  p.cell_bits = 12;
  p.cell_clamp = {-32768, 32767};
  p.multiplier = 1 << 30;
  p.shift = -22;
  const std::int8_t weights[4] = {};
  const std::int32_t bias[4] = {};
  std::int16_t cell = 8192;  // 2
  std::int8_t hidden = 0;
  std::int8_t out = 0;
  const std::int8_t in = 77;
  const auto step = [&] {
    kernels::Reference::unidirectional_sequence_lstm_s8<rounding::Double>(
        p, {weights, weights, bias, bias}, whole_tensor(&in, p.in), whole_tensor(&out, p.out), &cell, &hidden,
        {});
  };
  step();
  EXPECT_EQ(cell, 4096);
  EXPECT_EQ(out, 3 + 49);  // 128 * tanh(1) / 2
  step();
  EXPECT_EQ(cell, 2048);
  EXPECT_EQ(out, 3 + 30);
  EXPECT_EQ(hidden, 30);
}

}  // namespace
}  // namespace coinfer::test
