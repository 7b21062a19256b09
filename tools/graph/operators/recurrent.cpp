// SPDX-License-Identifier: Apache-2.0
// SVDF: operators that keep a state from one inference to the next.
#include <cstdlib>
#include <cstring>
#include <limits>

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

std::vector<std::int32_t> bias_of(const OperatorView& view, std::size_t position, std::int32_t units) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(units));
  if (!view.has_input(position)) return values;
  const FileTensor& bias = view.input(position);
  view.require(bias.type == TensorType::INT32 && bias.elements == units && !bias.data.empty(),
               "bias " + describe(bias) + " should be " + std::to_string(units) + " constant int32");
  std::memcpy(values.data(), bias.data.data(), bias.data.size());
  return values;
}

// The variable tensor that holds what the operator remembers; it starts as zeros.
const FileTensor& state_of(const OperatorView& view, std::size_t position, std::int64_t elements) {
  const FileTensor& state = view.input(position);
  view.require(state.is_variable && state.data.empty(),
               "state " + describe(state) + " is not a variable without a value of its own");
  view.require(state.elements == elements,
               "state " + describe(state) + " should have " + std::to_string(elements) + " elements");
  require_symmetric(state);
  return state;
}

void require_type(const FileTensor& tensor, const char* role, bool found, const char* types) {
  OperatorView::require(found, std::string(role) + " " + describe(tensor) + " is not " + types);
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
  weights.bias = bias_of(view, 3, op.out.channels);
  return {op, std::move(weights), {input.index}, {}, {state.index}};
}

}  // namespace coinfer::graph
