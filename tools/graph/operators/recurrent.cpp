// SPDX-License-Identifier: Apache-2.0
// SVDF, UNIDIRECTIONAL_SEQUENCE_LSTM: operators that keep a state from one inference to the next.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "graph/operators/bias.hpp"
#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

using schema::TensorType;

// A constant of two dimensions, quantized symmetrically as a whole.
const FileTensor& matrix(const OperatorView& view, std::size_t position, const char* role, std::int64_t rows,
                         std::int64_t columns) {
  const FileTensor& tensor = view.input(position);
  view.require(!tensor.data.empty(), std::string(role) + " " + describe(tensor) + " is not a constant");
  view.require(tensor.shape.size() == 2 && tensor.shape[0] == rows && tensor.shape[1] == columns,
               std::string(role) + " " + describe(tensor) + " should be " + std::to_string(rows) + "x" +
                   std::to_string(columns));
  require_symmetric(tensor);
  return tensor;
}

std::vector<std::int16_t> widened(const FileTensor& tensor) {
  std::vector<std::int16_t> values(static_cast<std::size_t>(tensor.elements));
  if (tensor.type == TensorType::INT16) {
    std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int8_t>(tensor.data[i]);
  }
  return values;
}

// Zeros where there is none.
std::vector<std::int32_t> optional_bias(const OperatorView& view, std::size_t position, std::int32_t units) {
  if (!view.has_input(position)) return std::vector<std::int32_t>(static_cast<std::size_t>(units));
  return bias_of<std::int32_t>(view.input(position), TensorType::INT32, units);
}

// The variable tensor that holds what the operator remembers; it starts as zeros.
const FileTensor& state_of(const OperatorView& view, std::size_t position, std::int64_t elements) {
  const FileTensor& state = view.input(position);
  view.require(state.is_variable && state.data.empty(),
               "state " + describe(state) + " is not a variable without a value of its own");
  view.require(state.elements == elements,
               "state " + describe(state) + " should have " + std::to_string(elements) + " elements");
  return state;
}

void require_type(const FileTensor& tensor, const char* role, bool found, const char* types) {
  OperatorView::require(found, std::string(role) + " " + describe(tensor) + " is not " + types);
}

// Inputs of an LSTM; those of its four gates follow each other.
constexpr std::size_t lstm_input_weights = 1;
constexpr std::size_t lstm_recurrent_weights = 5;
constexpr std::size_t lstm_bias = 12;
constexpr std::size_t lstm_hidden_state = 18;
constexpr std::size_t lstm_cell_state = 19;

// TensorFlow Lite Micro has no kernel for the variants either.
void require_plain_lstm(const OperatorView& view) {
  const auto absent = [&view](std::size_t first, std::size_t last, const char* variant) {
    for (std::size_t position = first; position < last; ++position) {
      if (!view.has_input(position)) continue;
      view.refuse("'" + view.input(position).name + "' makes it an LSTM with " + variant +
                  ", which is not supported");
    }
  };
  absent(9, 12, "peephole connections");
  absent(16, 18, "a projection");
  absent(20, 24, "layer normalization");
  view.require(view.has_input(lstm_input_weights) && view.has_input(lstm_recurrent_weights),
               "it has no weights of the input gate: an LSTM with coupled gates (CIFG) is not supported");
  const auto activation =
      view.options<schema::UnidirectionalSequenceLSTMOptions>().fused_activation_function();
  view.require(activation == schema::ActivationFunctionType::TANH,
               "activation " + std::string(schema::EnumNameActivationFunctionType(activation)) +
                   " is not supported; supported: TANH");
}

// The weights of one gate for one of its vectors go to the end of `weights`: `bias`, with the vector's zero
// point made part of it, and the matrix. Returns the scale of the products in units of 2^-12.
QuantizedMultiplier add_gate(const OperatorView& view, std::size_t position, const FileTensor& vector,
                             std::int64_t vector_size, std::vector<std::int32_t> bias, Weights& weights) {
  const auto units = static_cast<std::int64_t>(bias.size());
  const FileTensor& tensor = matrix(view, position, "weights", units, vector_size);
  require_type(tensor, "weights", tensor.type == TensorType::INT8, "int8");
  const Quantization from = quantization_of(vector);
  const auto* values = reinterpret_cast<const std::int8_t*>(tensor.data.data());
  for (std::int32_t& value : bias) {
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < vector_size; ++i) sum += *values++;
    value = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) -
                                      static_cast<std::uint32_t>(sum * from.zero_point));
  }
  weights.bias.insert(weights.bias.end(), bias.begin(), bias.end());
  weights.filter.insert(weights.filter.end(), tensor.data.begin(), tensor.data.end());
  const float product_scale = from.scale * quantization_of(tensor).scale;
  return quantize_multiplier(static_cast<double>(product_scale) / std::ldexp(1.0, -12), view.rounding());
}

// From [gate][unit][...] to [unit][gate][...].
template <class T>
void append_by_unit(const std::vector<T>& by_gate, std::size_t units, std::vector<T>& to) {
  constexpr std::size_t gates = UnidirectionalSequenceLstm::gate_count;
  const auto size = static_cast<std::ptrdiff_t>(by_gate.size() / (gates * units));
  for (std::size_t i = 0; i < gates * units; ++i) {
    const auto from = by_gate.begin() + static_cast<std::ptrdiff_t>(i % gates * units + i / gates) * size;
    to.insert(to.end(), from, from + size);
  }
}

// Of the cell state's scale, 2^-bits.
std::int32_t cell_bits_of(const FileTensor& cell) {
  int exponent = 0;
  const bool power = std::frexp(quantization_of(cell).scale, &exponent) == 0.5F;
  OperatorView::require(power && exponent <= 1 && exponent >= -27,
                        "state " + describe(cell) + " should have a scale of 2^-28 to 1, a power of two");
  return 1 - exponent;
}

}  // namespace

// Source of the scales: tensorflow/lite/micro/kernels/svdf_common.cc, in single precision. The activation is
// ignored there, too: the output's quantization implies it.
ImportedOperator import_svdf(const OperatorView& view) {
  const auto& options = view.options<schema::SVDFOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(TensorType::INT8);
  Svdf op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  op.rank = options.rank();
  view.require(op.in.elements() == op.in.channels && op.out.elements() == op.out.channels,
               "input " + describe(input) + " or output " + describe(output) + " is not one vector");
  const FileTensor& time_shape = view.input(2);
  view.require(op.rank >= 1 && op.rank <= 1 << 16 && time_shape.shape.size() == 2,
               "rank or weights of time are out of range");
  op.memory = time_shape.shape[1];
  const std::int64_t filters = std::int64_t{op.out.channels} * op.rank;
  const FileTensor& feature = matrix(view, 1, "weights of features", filters, op.in.channels);
  const FileTensor& time = matrix(view, 2, "weights of time", filters, op.memory);
  const FileTensor& state = state_of(view, 4, filters * op.memory);
  require_symmetric(state);
  require_type(feature, "weights of features", feature.type == TensorType::INT8, "int8");
  for (const FileTensor* tensor : {&time, &state}) {
    require_type(*tensor, "weights of time or state",
                 tensor->type == TensorType::INT16 || tensor->type == TensorType::INT8, "int16 or int8");
  }
  const float in_scale = quantization_of(input).scale;
  const float state_scale = quantization_of(state).scale;
  const float first = in_scale * quantization_of(feature).scale / state_scale;
  const float second = state_scale * quantization_of(time).scale / quantization_of(output).scale;
  const QuantizedMultiplier to_state = quantize_multiplier(static_cast<double>(first), view.rounding());
  const QuantizedMultiplier to_output = quantize_multiplier(static_cast<double>(second), view.rounding());
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = quantization_of(output).zero_point;
  op.feature_multiplier = to_state.multiplier;
  op.feature_shift = to_state.shift;
  op.multiplier = to_output.multiplier;
  op.shift = to_output.shift;
  if (state.type == TensorType::INT8) op.state_clamp = {-128, 127};
  Weights weights;
  weights.filter.resize(feature.data.size());
  std::memcpy(weights.filter.data(), feature.data.data(), feature.data.size());
  view.require(op.in.channels <= 65536, "it has too many inputs");  // 2^16 * 2^7 * 2^8: int32
  weights.time = widened(time);
  weights.bias = optional_bias(view, 3, op.out.channels);
  return {op, std::move(weights), {input.index}, {}, {state.index}};
}

// Source of the scales: tensorflow/lite/micro/kernels/lstm_eval_common.cc.
ImportedOperator import_unidirectional_sequence_lstm(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(TensorType::INT8);
  require_plain_lstm(view);
  const auto& options = view.options<schema::UnidirectionalSequenceLSTMOptions>();
  UnidirectionalSequenceLstm op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  op.time_major = options.time_major();
  view.require(input.shape.size() == 3 && output.shape.size() == 3 && op.in.height == op.out.height &&
                   op.in.width == op.out.width,
               "input " + describe(input) + " and output " + describe(output) +
                   " are not vectors of the same steps and sequences");
  view.require(std::max(op.inputs(), op.units()) <= 65536,
               "it has too many inputs or units");  // 2^16 * 2^7 * 2^7: int32
  const std::int64_t remembered = std::int64_t{op.sequences()} * op.units();
  const FileTensor& hidden = state_of(view, lstm_hidden_state, remembered);
  const FileTensor& cell = state_of(view, lstm_cell_state, remembered);
  require_type(hidden, "state", hidden.type == TensorType::INT8, "int8");
  require_type(cell, "state", cell.type == TensorType::INT16, "int16");
  require_same_quantization(hidden, output);
  require_symmetric(cell);
  op.out_zero_point = quantization_of(output).zero_point;
  op.cell_bits = cell_bits_of(cell);
  const double clip = std::ldexp(static_cast<double>(options.cell_clip()), op.cell_bits);
  view.require(std::isfinite(clip), "its cell clip is not a finite number");
  const std::int32_t limit = clip > 0 ? static_cast<std::int32_t>(std::min(clip, 32767.0)) : 0;
  op.cell_clamp = clip > 0 ? Clamp{-limit, limit} : Clamp{-32768, 32767};
  const double hidden_scale = static_cast<double>(quantization_of(hidden).scale);
  const QuantizedMultiplier to_output =
      quantize_multiplier(std::ldexp(1.0, -30) / hidden_scale, view.rounding());
  op.multiplier = to_output.multiplier;
  op.shift = to_output.shift;
  Weights of_input;
  Weights of_hidden;
  for (std::size_t gate = 0; gate < std::size(op.gates); ++gate) {
    const QuantizedMultiplier scale = add_gate(view, lstm_input_weights + gate, input, op.inputs(),
                                               optional_bias(view, lstm_bias + gate, op.units()), of_input);
    const std::vector<std::int32_t> no_bias(static_cast<std::size_t>(op.units()));
    const QuantizedMultiplier recurrent_scale =
        add_gate(view, lstm_recurrent_weights + gate, hidden, op.units(), no_bias, of_hidden);
    op.gates[gate] = {scale.multiplier, scale.shift, recurrent_scale.multiplier, recurrent_scale.shift};
  }
  Weights weights;
  for (const Weights* part : {&of_input, &of_hidden}) {
    append_by_unit(part->filter, static_cast<std::size_t>(op.units()), weights.filter);
    append_by_unit(part->bias, static_cast<std::size_t>(op.units()), weights.bias);
  }
  return {op, std::move(weights), {input.index}, {}, {hidden.index, cell.index}};
}

}  // namespace coinfer::graph
