// SPDX-License-Identifier: Apache-2.0
// QUANTIZE, DEQUANTIZE, RELU, RELU6, RELU_N1_TO_1.
#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

// Requantization from any 8-bit type to any other, with a clamp in the output's quantization.
ImportedOperator requantize(const OperatorView& view, Activation activation) {
  const FileTensor& input = view.input(0);
  const FileTensor& output = view.output();
  require_same_shape(input, output);
  const Quantization in = quantization_of(input);
  const Quantization out = quantization_of(output);
  const QuantizedMultiplier scale =
      quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale), view.rounding());
  Requantize op;
  op.shape = shape_of(input);
  op.in_zero_point = in.zero_point;
  op.out_zero_point = out.zero_point;
  op.multiplier = scale.multiplier;
  op.shift = scale.shift;
  const std::int32_t lowest = output.type == schema::TensorType::UINT8 ? 0 : -128;
  op.clamp = activation_clamp(activation, out, lowest, lowest + 255);
  return {op, {}, {input.index}};
}

ImportedOperator import_activation(const OperatorView& view, Activation activation) {
  view.activation(0);
  view.output(schema::TensorType::INT8);
  return requantize(view, activation);
}

}  // namespace

ImportedOperator import_relu(const OperatorView& view) { return import_activation(view, Activation::relu); }
ImportedOperator import_relu6(const OperatorView& view) { return import_activation(view, Activation::relu6); }
ImportedOperator import_relu_n1_to_1(const OperatorView& view) {
  return import_activation(view, Activation::relu_n1_to_1);
}

ImportedOperator import_quantize(const OperatorView& view) {
  using schema::TensorType;
  const FileTensor& input = view.activation(0, view.input(0).type);
  const FileTensor& output = view.output();
  const bool float_to_s8 = input.type == TensorType::FLOAT32 && output.type == TensorType::INT8;
  const bool to_s8 =
      (input.type == TensorType::INT8 || input.type == TensorType::UINT8) && output.type == TensorType::INT8;
  const bool s8_to_u8 = input.type == TensorType::INT8 && output.type == TensorType::UINT8;
  if (to_s8 || s8_to_u8) return requantize(view, Activation::none);
  view.require(float_to_s8,
               "from " + describe(input) + " to " + describe(output) +
                   " is not supported; supported: float32, int8 and uint8 to int8, int8 to uint8");
  require_same_shape(input, output);
  const Quantization out = quantization_of(output);
  return {Quantize{shape_of(input), out.scale, out.zero_point}, {}, {input.index}};
}

ImportedOperator import_dequantize(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::FLOAT32);
  require_same_shape(input, output);
  const Quantization in = quantization_of(input);
  return {Dequantize{shape_of(input), in.scale, in.zero_point}, {}, {input.index}};
}

}  // namespace coinfer::graph
