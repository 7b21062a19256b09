// SPDX-License-Identifier: Apache-2.0
// QUANTIZE, DEQUANTIZE, CAST, RELU, RELU6, RELU_N1_TO_1.
#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

// Requantization from any quantized type to any other, with a clamp in the output's quantization.
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
  op.clamp = activation_clamp(activation, output);
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
  const auto between = [&](TensorType from, TensorType to) {
    return input.type == from && output.type == to;
  };
  for (const FileTensor* end : {&input, &output}) {
    if (end->type == TensorType::INT16) require_symmetric(*end);
  }
  if (between(TensorType::INT8, TensorType::INT8) || between(TensorType::UINT8, TensorType::INT8) ||
      between(TensorType::INT8, TensorType::UINT8) || between(TensorType::INT16, TensorType::INT8) ||
      between(TensorType::INT8, TensorType::INT16) || between(TensorType::INT16, TensorType::INT16)) {
    return requantize(view, Activation::none);
  }
  view.require(
      between(TensorType::FLOAT32, TensorType::INT8) || between(TensorType::FLOAT32, TensorType::INT16),
      "from " + describe(input) + " to " + describe(output) +
          " is not supported; supported: float32, uint8, int8 and int16 to int8, float32, int8 and int16 to "
          "int16, int8 to uint8");
  require_same_shape(input, output);
  const Quantization out = quantization_of(output);
  return {Quantize{shape_of(input), out.scale, out.zero_point}, {}, {input.index}};
}

ImportedOperator import_dequantize(const OperatorView& view) {
  const bool wide = view.input(0).type == schema::TensorType::INT16;
  const FileTensor& input = view.activation(0, wide ? schema::TensorType::INT16 : schema::TensorType::INT8);
  const FileTensor& output = view.output(schema::TensorType::FLOAT32);
  require_same_shape(input, output);
  const Quantization in = quantization_of(input);
  return {Dequantize{shape_of(input), in.scale, in.zero_point}, {}, {input.index}};
}

ImportedOperator import_cast(const OperatorView& view) {
  const FileTensor& input = view.activation(0, view.input(0).type);
  const FileTensor& output = view.output();
  for (const FileTensor* end : {&input, &output}) {
    using schema::TensorType;
    view.require(end->type == TensorType::INT8 || end->type == TensorType::UINT8 ||
                     end->type == TensorType::INT16 || end->type == TensorType::INT32 ||
                     end->type == TensorType::FLOAT32,
                 describe(*end) + ": type is not supported; supported: int8, uint8, int16, int32, float32");
  }
  require_same_shape(input, output);
  return {Cast{shape_of(input)}, {}, {input.index}};
}

}  // namespace coinfer::graph
