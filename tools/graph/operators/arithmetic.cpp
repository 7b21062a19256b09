// SPDX-License-Identifier: Apache-2.0
// ADD, SUB, MUL, MINIMUM, MAXIMUM, PRELU: two operands, one of which may be broadcast, and one a constant.
#include <algorithm>
#include <utility>

#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

using schema::TensorType;

// The operands in the order of the stage: a constant is always the second one.
struct Operands {
  const FileTensor* first = nullptr;
  const FileTensor* second = nullptr;
  const FileTensor* output = nullptr;
  bool swapped = false;
};

void require_broadcast(const FileTensor& operand, const FileTensor& output) {
  OperatorView::require(repeats_to(shape_of(operand), shape_of(output)),
                        "input " + describe(operand) + " cannot be broadcast to output " + describe(output));
}

Operands operands_of(const OperatorView& view) {
  Operands operands{&view.operand(0), &view.operand(1), &view.output(TensorType::INT8)};
  view.require(operands.first->data.empty() || operands.second->data.empty(), "both inputs are constants");
  operands.swapped = !operands.first->data.empty();
  if (operands.swapped) std::swap(operands.first, operands.second);
  require_broadcast(*operands.first, *operands.output);
  require_broadcast(*operands.second, *operands.output);
  return operands;
}

template <class Op>
Op with_shapes(const Operands& operands) {
  Op op;
  op.first = shape_of(*operands.first);
  op.second = shape_of(*operands.second);
  op.out = shape_of(*operands.output);
  return op;
}

ImportedOperator imported(const Operands& operands, Operator op) {
  if (operands.second->data.empty())
    return {std::move(op), {}, {operands.first->index, operands.second->index}};
  ImportedOperator result{std::move(op), {}, {operands.first->index}};
  for (const std::uint8_t byte : operands.second->data)
    result.constants.push_back(static_cast<std::int8_t>(byte));
  return result;
}

// ADD and SUB bring both operands to one scale, 2^20 times finer than twice the larger one.
struct SumScaling {
  double first = 0.0;
  double second = 0.0;
  double out = 0.0;
};

// Source: tensorflow/lite/micro/kernels/add_common.cc, all in double.
SumScaling add_scaling(float first, float second, float out) {
  const double twice_max = 2 * static_cast<double>(std::max(first, second));
  return {static_cast<double>(first) / twice_max, static_cast<double>(second) / twice_max,
          twice_max / ((1 << Add::left_shift) * static_cast<double>(out))};
}

// Source: tensorflow/lite/micro/kernels/sub_common.cc, in float.
SumScaling sub_scaling(float first, float second, float out) {
  const float twice_max = 2 * std::max(first, second);
  return {static_cast<double>(first / twice_max), static_cast<double>(second / twice_max),
          static_cast<double>(twice_max / ((1 << Add::left_shift) * out))};
}

AddOperand sum_operand(Quantization in, double scale, RoundingRule rounding) {
  const QuantizedMultiplier fixed = quantize_multiplier(scale, rounding);
  return {in.zero_point, fixed.multiplier, fixed.shift};
}

template <class Scaling>
BroadcastAdd sum_of(const Operands& operands, const Scaling& scaling_of, Activation activation,
                    RoundingRule rounding) {
  const Quantization first = quantization_of(*operands.first);
  const Quantization second = quantization_of(*operands.second);
  const Quantization out = quantization_of(*operands.output);
  const SumScaling scaling = scaling_of(first.scale, second.scale, out.scale);
  OperatorView::require(scaling.out < 1.0, "output scale is too small for its inputs' scales");
  const QuantizedMultiplier result = quantize_multiplier(scaling.out, rounding);
  auto op = with_shapes<BroadcastAdd>(operands);
  op.first_scale = sum_operand(first, scaling.first, rounding);
  op.second_scale = sum_operand(second, scaling.second, rounding);
  op.out_zero_point = out.zero_point;
  op.out_multiplier = result.multiplier;
  op.out_shift = result.shift;
  op.clamp = activation_clamp(activation, out, -128, 127);
  return op;
}

template <class Op>
ImportedOperator import_extremum(const OperatorView& view) {
  const Operands operands = operands_of(view);
  require_same_quantization(*operands.first, *operands.output);
  require_same_quantization(*operands.second, *operands.output);
  return imported(operands, with_shapes<Op>(operands));
}

constexpr std::int32_t max_left_shift_of_products = 14;  // of two differences of 8 bits

}  // namespace

ImportedOperator import_add(const OperatorView& view) {
  const Operands operands = operands_of(view);
  const Activation activation = activation_of(view.options<schema::AddOptions>().fused_activation_function());
  const BroadcastAdd op = sum_of(operands, add_scaling, activation, view.rounding());
  if (op.first != op.out || op.second != op.out || !operands.second->data.empty())
    return imported(operands, op);
  return imported(operands, Add{op.out, op.first_scale, op.second_scale, op.out_zero_point, op.out_multiplier,
                                op.out_shift, op.clamp});
}

ImportedOperator import_sub(const OperatorView& view) {
  const Operands operands = operands_of(view);
  const Activation activation = activation_of(view.options<schema::SubOptions>().fused_activation_function());
  BroadcastAdd op = sum_of(operands, sub_scaling, activation, view.rounding());
  op.negate_first = operands.swapped;
  op.negate_second = !operands.swapped;
  return imported(operands, op);
}

// Source: tensorflow/lite/micro/kernels/mul_common.cc.
ImportedOperator import_mul(const OperatorView& view) {
  const Operands operands = operands_of(view);
  const Quantization first = quantization_of(*operands.first);
  const Quantization second = quantization_of(*operands.second);
  const Quantization out = quantization_of(*operands.output);
  const QuantizedMultiplier scale = quantize_multiplier(
      static_cast<double>(first.scale) * static_cast<double>(second.scale) / static_cast<double>(out.scale),
      view.rounding());
  view.require(scale.shift <= max_left_shift_of_products, "output scale is too small for its inputs' scales");
  auto op = with_shapes<Mul>(operands);
  op.first_zero_point = first.zero_point;
  op.second_zero_point = second.zero_point;
  op.out_zero_point = out.zero_point;
  op.multiplier = scale.multiplier;
  op.shift = scale.shift;
  op.clamp = activation_clamp(activation_of(view.options<schema::MulOptions>().fused_activation_function()),
                              out, -128, 127);
  return imported(operands, op);
}

ImportedOperator import_minimum(const OperatorView& view) { return import_extremum<Minimum>(view); }
ImportedOperator import_maximum(const OperatorView& view) { return import_extremum<Maximum>(view); }

// Source: tensorflow/lite/micro/kernels/prelu_common.cc.
ImportedOperator import_prelu(const OperatorView& view) {
  view.activation(0);
  const Operands operands = operands_of(view);
  const Quantization in = quantization_of(*operands.first);
  const Quantization alpha = quantization_of(*operands.second);
  const Quantization out = quantization_of(*operands.output);
  const QuantizedMultiplier scale =
      quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale), view.rounding());
  const QuantizedMultiplier alpha_scale = quantize_multiplier(
      static_cast<double>(in.scale) * static_cast<double>(alpha.scale) / static_cast<double>(out.scale),
      view.rounding());
  view.require(scale.shift <= max_left_shift_of_8_bits && alpha_scale.shift <= max_left_shift_of_products,
               "output scale is too small for its inputs' scales");
  auto op = with_shapes<Prelu>(operands);
  op.in_zero_point = in.zero_point;
  op.alpha_zero_point = alpha.zero_point;
  op.out_zero_point = out.zero_point;
  op.multiplier = scale.multiplier;
  op.shift = scale.shift;
  op.alpha_multiplier = alpha_scale.multiplier;
  op.alpha_shift = alpha_scale.shift;
  return imported(operands, op);
}

}  // namespace coinfer::graph
