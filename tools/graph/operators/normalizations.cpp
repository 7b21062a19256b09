// SPDX-License-Identifier: Apache-2.0
// SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION: each channel against all of its pixel.
#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

// The accumulators of all channels' exponentials or squares have 32 bits.
Shape bounded_shape(const FileTensor& input, std::int32_t most_channels) {
  const Shape shape = shape_of(input);
  OperatorView::require(shape.channels <= most_channels, "it is over too many elements");
  return shape;
}

}  // namespace

ImportedOperator import_softmax(const OperatorView& view) {
  const auto& options = view.options<schema::SoftmaxOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_shape(input, output);
  require_quantization(output, {1.0F / 256, -128}, "scale 1/256 and zero point -128");
  const SoftmaxScaling scaling =
      softmax_scaling(static_cast<double>(options.beta()), static_cast<double>(quantization_of(input).scale),
                      view.rounding());
  Softmax op;
  op.shape = bounded_shape(input, 8191);
  op.multiplier = scaling.input.multiplier;
  op.left_shift = scaling.input.shift;
  op.diff_min = scaling.diff_min;
  return {op, {}, {input.index}};
}

ImportedOperator import_log_softmax(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_shape(input, output);
  require_quantization(output, {1.0F / 16, 127}, "scale 1/16 and zero point 127");
  const SoftmaxScaling scaling =
      softmax_scaling(1.0, static_cast<double>(quantization_of(input).scale), view.rounding());
  // Source: tensorflow/lite/kernels/internal/quantization_util.cc, PreprocessLogSoftmaxScalingExp.
  const double reverse = static_cast<double>(std::int64_t{1} << (31 - scaling.input.shift)) /
                         static_cast<double>(scaling.input.multiplier);
  const QuantizedMultiplier back = quantize_multiplier(reverse, view.rounding());
  LogSoftmax op;
  op.shape = bounded_shape(input, 4095);
  op.multiplier = scaling.input.multiplier;
  op.left_shift = scaling.input.shift;
  op.diff_min = scaling.diff_min;
  op.reverse_multiplier = back.multiplier;
  op.reverse_shift = back.shift;
  return {op, {}, {input.index}};
}

ImportedOperator import_l2_normalization(const OperatorView& view) {
  view.require(view.options<schema::L2NormOptions>().fused_activation_function() ==
                   schema::ActivationFunctionType::NONE,
               "a fused activation is not supported here");
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_shape(input, output);
  require_quantization(output, {1.0F / 128, 0}, "scale 1/128 and zero point 0");
  return {L2Normalization{bounded_shape(input, 33025), quantization_of(input).zero_point}, {}, {input.index}};
}

}  // namespace coinfer::graph
