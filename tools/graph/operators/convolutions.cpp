// SPDX-License-Identifier: Apache-2.0
// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED: the operators with a filter.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "graph/operators/operator_view.hpp"
#include "graph/operators/windows.hpp"

namespace coinfer::graph {
namespace {

const FileTensor& filter_of(const OperatorView& view, std::size_t rank) {
  const FileTensor& filter = view.input(1);
  view.require(filter.type == schema::TensorType::INT8, "filter " + describe(filter) + " is not int8");
  view.require(!filter.data.empty(), "filter " + describe(filter) + " is not a constant of the file");
  view.require(filter.shape.size() == rank,
               "filter " + describe(filter) + " should have " + std::to_string(rank) + " dimensions");
  view.require(!filter.scales.empty(), "filter " + describe(filter) + " has no quantization scale");
  for (const std::int64_t zero_point : filter.zero_points) {
    view.require(zero_point == 0, "filter " + describe(filter) + " has zero point " +
                                      std::to_string(zero_point) + "; only symmetric filters are supported");
  }
  return filter;
}

std::vector<std::int32_t> bias_of(const OperatorView& view, std::int32_t channels) {
  const FileTensor& bias = view.input(2);
  view.require(bias.type == schema::TensorType::INT32, "bias " + describe(bias) + " is not int32");
  view.require(!bias.data.empty(), "bias " + describe(bias) + " is not a constant of the file");
  view.require(bias.elements == channels, "bias " + describe(bias) +
                                              " should have one element for each of the " +
                                              std::to_string(channels) + " output channels");
  std::vector<std::int32_t> values(static_cast<std::size_t>(channels));
  std::memcpy(values.data(), bias.data.data(), bias.data.size());
  return values;
}

// Where the output channel is in the filter's order of elements.
enum class ChannelOrder { first, last };

// No input may take the kernels' 32-bit accumulator out of its range.
void require_safe_accumulator(const Weights& weights, std::int32_t channels, ChannelOrder order,
                              std::int32_t in_zero_point) {
  const std::int64_t largest_input = std::max(127 - in_zero_point, in_zero_point + 128);
  const std::size_t count = static_cast<std::size_t>(channels);
  const std::size_t per_channel = weights.filter.size() / count;
  for (std::size_t c = 0; c < count; ++c) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < per_channel; ++i) {
      const std::size_t at = order == ChannelOrder::first ? c * per_channel + i : i * count + c;
      sum += std::abs(std::int64_t{weights.filter[at]});
    }
    const std::int64_t bias = weights.bias.empty() ? 0 : std::abs(std::int64_t{weights.bias[c]});
    OperatorView::require(
        sum * largest_input + bias <= std::numeric_limits<std::int32_t>::max(),
        "filter and bias of output channel " + std::to_string(c) + " can overflow the 32-bit accumulator");
  }
}

// Filter and bias; the multipliers come from the caller.
Weights weights_of(const OperatorView& view, const FileTensor& filter, std::int32_t channels,
                   ChannelOrder order) {
  Weights weights;
  weights.filter.resize(filter.data.size());
  std::memcpy(weights.filter.data(), filter.data.data(), filter.data.size());
  view.require(view.input_count() == 2 || view.input_count() == 3,
               "has " + std::to_string(view.input_count()) + " inputs instead of input, filter and bias");
  if (view.has_input(2)) weights.bias = bias_of(view, channels);
  require_safe_accumulator(weights, channels, order, quantization_of(view.input(0)).zero_point);
  return weights;
}

void add_multiplier(Weights& weights, double scale, RoundingRule rounding) {
  const QuantizedMultiplier multiplier = quantize_multiplier(scale, rounding);
  weights.multiplier.push_back(multiplier.multiplier);
  weights.shift.push_back(static_cast<std::int8_t>(multiplier.shift));
}

void require_scale_per_channel(const FileTensor& filter, std::int32_t channels, std::int32_t dimension) {
  OperatorView::require(filter.scales.size() == static_cast<std::size_t>(channels),
                        "filter " + describe(filter) + " has " + std::to_string(filter.scales.size()) +
                            " scales for " + std::to_string(channels) + " output channels");
  OperatorView::require(filter.quantized_dimension == dimension,
                        "filter " + describe(filter) + " is quantized along dimension " +
                            std::to_string(filter.quantized_dimension) + " instead of " +
                            std::to_string(dimension));
}

// Source: tensorflow/lite/kernels/kernel_util.cc, PopulateConvolutionQuantizationParams. True: per channel.
bool add_convolution_multipliers(Weights& weights, const OperatorView& view, const FileTensor& filter,
                                 std::int32_t channels, std::int32_t dimension) {
  const bool per_channel = filter.scales.size() > 1;
  if (per_channel) require_scale_per_channel(filter, channels, dimension);
  const auto in_scale = static_cast<double>(quantization_of(view.input(0)).scale);
  const auto out_scale = static_cast<double>(quantization_of(view.output()).scale);
  for (const float scale : filter.scales) {
    add_multiplier(weights, in_scale * static_cast<double>(scale) / out_scale, view.rounding());
  }
  return per_channel;
}

// Source: tensorflow/lite/micro/kernels/fully_connected_common.cc. One scale for all channels is multiplied
// in single precision there, one per channel in double.
bool add_fully_connected_multipliers(Weights& weights, const OperatorView& view, const FileTensor& filter,
                                     std::int32_t channels) {
  if (filter.scales.size() > 1) return add_convolution_multipliers(weights, view, filter, channels, 0);
  const float product = quantization_of(view.input(0)).scale * filter.scales[0];
  const auto out_scale = static_cast<double>(quantization_of(view.output()).scale);
  add_multiplier(weights, static_cast<double>(product) / out_scale, view.rounding());
  return false;
}

}  // namespace

ImportedOperator import_conv_2d(const OperatorView& view) {
  const auto& options = view.options<schema::Conv2DOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  const FileTensor& filter = filter_of(view, 4);
  Conv2d op;
  op.in = spatial_shape(input);
  op.out = spatial_shape(output);
  view.require(filter.shape[3] == op.in.channels, "filter " + describe(filter) + " does not fit the input " +
                                                      describe(input) + " (groups are not supported)");
  view.require(filter.shape[0] == op.out.channels,
               "filter " + describe(filter) + " does not fit the output " + describe(output));
  const WindowOptions window{filter.shape[1],
                             filter.shape[2],
                             options.stride_h(),
                             options.stride_w(),
                             options.dilation_h_factor(),
                             options.dilation_w_factor(),
                             options.padding()};
  op.window = window_of(window, op.in, op.out);
  const Quantization out = quantization_of(output);
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = out.zero_point;
  op.clamp = activation_clamp(activation_of(options.fused_activation_function()), out, -128, 127);
  Weights weights = weights_of(view, filter, op.out.channels, ChannelOrder::first);
  op.per_channel = add_convolution_multipliers(weights, view, filter, op.out.channels, 0);
  return {op, std::move(weights), {input.index}};
}

ImportedOperator import_depthwise_conv_2d(const OperatorView& view) {
  const auto& options = view.options<schema::DepthwiseConv2DOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  const FileTensor& filter = filter_of(view, 4);
  DepthwiseConv2d op;
  op.in = spatial_shape(input);
  op.out = spatial_shape(output);
  view.require(filter.shape[0] == 1 && filter.shape[3] == op.out.channels,
               "filter " + describe(filter) + " does not fit the output " + describe(output));
  view.require(
      op.out.channels % op.in.channels == 0,
      "output " + describe(output) + " has no whole number of channels per channel of " + describe(input));
  const WindowOptions window{filter.shape[1],
                             filter.shape[2],
                             options.stride_h(),
                             options.stride_w(),
                             options.dilation_h_factor(),
                             options.dilation_w_factor(),
                             options.padding()};
  op.window = window_of(window, op.in, op.out);
  const Quantization out = quantization_of(output);
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = out.zero_point;
  op.clamp = activation_clamp(activation_of(options.fused_activation_function()), out, -128, 127);
  Weights weights = weights_of(view, filter, op.out.channels, ChannelOrder::last);
  op.per_channel = add_convolution_multipliers(weights, view, filter, op.out.channels, 3);
  return {op, std::move(weights), {input.index}};
}

ImportedOperator import_fully_connected(const OperatorView& view) {
  const auto& options = view.options<schema::FullyConnectedOptions>();
  view.require(options.weights_format() == schema::FullyConnectedOptionsWeightsFormat::DEFAULT,
               "shuffled weights are not supported");
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  const FileTensor& filter = filter_of(view, 2);
  FullyConnected op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  op.input_depth = filter.shape[1];
  view.require(input.elements % op.input_depth == 0,
               "input " + describe(input) + " is no whole number of rows of the filter " + describe(filter));
  view.require(op.out.channels == filter.shape[0] &&
                   output.elements == input.elements / op.input_depth * filter.shape[0],
               "output " + describe(output) + " does not fit the filter " + describe(filter));
  const Quantization out = quantization_of(output);
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = out.zero_point;
  op.clamp = activation_clamp(activation_of(options.fused_activation_function()), out, -128, 127);
  Weights weights = weights_of(view, filter, op.out.channels, ChannelOrder::first);
  op.per_channel = add_fully_connected_multipliers(weights, view, filter, op.out.channels);
  return {op, std::move(weights), {input.index}};
}

}  // namespace coinfer::graph
