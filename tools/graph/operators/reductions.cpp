// SPDX-License-Identifier: Apache-2.0
// MEAN, SUM, REDUCE_MAX, ARG_MAX.
#include <limits>

#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

template <class Op>
Op reduction(const OperatorView& view, const FileTensor& input, const FileTensor& output) {
  bool over[3] = {false, false, false};
  for (const std::int64_t axis : view.integers(1, "axis list")) over[spatial_axis(input, axis)] = true;
  Op op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  op.over_height = over[0];
  op.over_width = over[1];
  op.over_channels = over[2];
  view.require(
      input.elements / op.count() == output.elements,
      "output " + describe(output) + " does not fit the input " + describe(input) + " and its axis list");
  return op;
}

// Source: tensorflow/lite/micro/kernels/reduce_common.cc.
template <class Op>
Op scaled_reduction(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  Op op = reduction<Op>(view, input, output);
  view.require(op.count() <= 1 << 23, "it is over too many elements");  // 2^23 * 2^8: int32
  const Quantization in = quantization_of(input);
  const Quantization out = quantization_of(output);
  op.in_zero_point = in.zero_point;
  op.out_zero_point = out.zero_point;
  const QuantizedMultiplier scale =
      quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale), view.rounding());
  op.multiplier = scale.multiplier;
  op.shift = scale.shift;
  return op;
}

}  // namespace

ImportedOperator import_mean(const OperatorView& view) {
  return {scaled_reduction<Mean>(view), {}, {view.input(0).index}};
}

ImportedOperator import_sum(const OperatorView& view) {
  const Sum op = scaled_reduction<Sum>(view);
  const std::int64_t largest = std::int64_t{255} * op.count();
  view.require(op.shift <= 0 || largest <= std::numeric_limits<std::int32_t>::max() >> op.shift,
               "output scale is too small for a sum of " + std::to_string(op.count()) + " elements");
  return {op, {}, {view.input(0).index}};
}

ImportedOperator import_reduce_max(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  return {reduction<ReduceMax>(view, input, output), {}, {input.index}};
}

ImportedOperator import_arg_max(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT32);
  view.require(view.integers(1, "axis").size() == 1, "has more than one axis");
  return {reduction<ArgMax>(view, input, output), {}, {input.index}};
}

}  // namespace coinfer::graph
