// SPDX-License-Identifier: Apache-2.0
// CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, FULLY_CONNECTED: the operators with a filter; BATCH_MATMUL.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "graph/operators/bias.hpp"
#include "graph/operators/operator_view.hpp"
#include "graph/operators/windows.hpp"

namespace coinfer::graph {
namespace {

// The input, which has to be int8, or int16 between int16 ends.
const FileTensor& convolved_input(const OperatorView& view) {
  if (view.input(0).type != schema::TensorType::INT16) return view.activation(0);
  const FileTensor& input = view.activation(0, schema::TensorType::INT16);
  require_symmetric(input);
  require_symmetric(view.output(schema::TensorType::INT16));
  return input;
}

const FileTensor& convolved_output(const OperatorView& view, const FileTensor& input) {
  return view.output(input.type);
}

const FileTensor& filter_of(const OperatorView& view, std::size_t rank) {
  const FileTensor& filter = view.input(1);
  view.require(filter.type == schema::TensorType::INT8 || filter.type == schema::TensorType::INT4,
               "filter " + describe(filter) + " is neither int8 nor int4");
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

// One byte a value; int4 has the first of two in the lower half of a byte.
std::vector<std::int8_t> filter_values(const FileTensor& filter) {
  std::vector<std::int8_t> values(static_cast<std::size_t>(filter.elements));
  const bool four_bits = filter.type == schema::TensorType::INT4;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int byte = filter.data[four_bits ? i / 2 : i];
    const int half = (byte >> (i % 2 * 4)) & 15;
    values[i] = static_cast<std::int8_t>(four_bits ? (half < 8 ? half : half - 16) : byte);
  }
  return values;
}

// Where the output channel is in the filter's order of elements.
enum class ChannelOrder { first, last };

// No input may take the kernels' accumulator out of its range: 32 bits, or 48 of int16 activations.
void require_safe_accumulator(const Weights& weights, std::int32_t channels, ChannelOrder order,
                              std::int32_t in_zero_point) {
  const bool wide = !weights.wide_bias.empty();
  const std::int64_t largest_input = wide ? 1 << 15 : std::max(127 - in_zero_point, in_zero_point + 128);
  const std::int64_t limit = wide ? (std::int64_t{1} << 47) - 1 : std::numeric_limits<std::int32_t>::max();
  const std::size_t count = static_cast<std::size_t>(channels);
  const std::size_t per_channel = weights.filter.size() / count;
  for (std::size_t c = 0; c < count; ++c) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < per_channel; ++i) {
      const std::size_t at = order == ChannelOrder::first ? c * per_channel + i : i * count + c;
      sum += std::abs(std::int64_t{weights.filter[at]});
    }
    std::int64_t bias = wide ? weights.wide_bias[c] : 0;
    if (!weights.bias.empty()) bias = weights.bias[c];
    OperatorView::require(bias >= -limit && bias <= limit && sum * largest_input + std::abs(bias) <= limit,
                          "filter and bias of output channel " + std::to_string(c) + " can overflow the " +
                              (wide ? "48" : "32") + "-bit accumulator");
  }
}

// Filter and bias; the multipliers come from the caller.
Weights weights_of(const OperatorView& view, const FileTensor& input, const FileTensor& filter,
                   std::size_t bias_position, std::int32_t channels, ChannelOrder order) {
  Weights weights;
  weights.filter = filter_values(filter);
  weights.four_bits = filter.type == schema::TensorType::INT4;
  view.require(view.input_count() == bias_position || view.input_count() == bias_position + 1,
               "has " + std::to_string(view.input_count()) + " inputs instead of " +
                   std::to_string(bias_position) + " and a bias");
  const bool has_bias = view.has_input(bias_position);
  if (input.type == schema::TensorType::INT16) {
    view.require(!weights.four_bits, "filter " + describe(filter) + " of an int16 input is not int8");
    weights.wide_bias.resize(static_cast<std::size_t>(channels));
    if (has_bias) {
      weights.wide_bias =
          bias_of<std::int64_t>(view.input(bias_position), schema::TensorType::INT64, channels);
    }
  } else if (has_bias) {
    weights.bias = bias_of<std::int32_t>(view.input(bias_position), schema::TensorType::INT32, channels);
  }
  require_safe_accumulator(weights, channels, order, quantization_of(input).zero_point);
  return weights;
}

void add_multiplier(Weights& weights, double scale, RoundingRule rounding) {
  const QuantizedMultiplier multiplier = quantize_multiplier(scale, rounding);
  OperatorView::require(weights.wide_bias.empty() || multiplier.shift < 8,
                        "its scales give a multiplier above 2^7, too large for int16 activations");
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
bool add_convolution_multipliers(Weights& weights, const OperatorView& view, const FileTensor& input,
                                 const FileTensor& filter, std::int32_t channels, std::int32_t dimension) {
  const bool per_channel = filter.scales.size() > 1;
  if (per_channel) require_scale_per_channel(filter, channels, dimension);
  const auto in_scale = static_cast<double>(quantization_of(input).scale);
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
  if (filter.scales.size() > 1)
    return add_convolution_multipliers(weights, view, view.input(0), filter, channels, 0);
  const float product = quantization_of(view.input(0)).scale * filter.scales[0];
  const auto out_scale = static_cast<double>(quantization_of(view.output()).scale);
  add_multiplier(weights, static_cast<double>(product) / out_scale, view.rounding());
  return false;
}

}  // namespace

ImportedOperator import_conv_2d(const OperatorView& view) {
  const auto& options = view.options<schema::Conv2DOptions>();
  const FileTensor& input = convolved_input(view);
  const FileTensor& output = convolved_output(view, input);
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
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = quantization_of(output).zero_point;
  op.clamp = fused_clamp(options.fused_activation_function(), output);
  Weights weights = weights_of(view, input, filter, 2, op.out.channels, ChannelOrder::first);
  op.per_channel = add_convolution_multipliers(weights, view, input, filter, op.out.channels, 0);
  return {op, std::move(weights), {input.index}};
}

ImportedOperator import_depthwise_conv_2d(const OperatorView& view) {
  const auto& options = view.options<schema::DepthwiseConv2DOptions>();
  const FileTensor& input = convolved_input(view);
  const FileTensor& output = convolved_output(view, input);
  const FileTensor& filter = filter_of(view, 4);
  view.require(filter.type == schema::TensorType::INT8, "filter " + describe(filter) + " is not int8");
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
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = quantization_of(output).zero_point;
  op.clamp = fused_clamp(options.fused_activation_function(), output);
  Weights weights = weights_of(view, input, filter, 2, op.out.channels, ChannelOrder::last);
  op.per_channel = add_convolution_multipliers(weights, view, input, filter, op.out.channels, 3);
  return {op, std::move(weights), {input.index}};
}

ImportedOperator import_transpose_conv(const OperatorView& view) {
  const auto& options = view.options<schema::TransposeConvOptions>();
  const FileTensor& input = view.activation(2);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  const FileTensor& filter = filter_of(view, 4);
  view.require(filter.type == schema::TensorType::INT8, "filter " + describe(filter) + " is not int8");
  const std::vector<std::int64_t> stated = view.integers(0, "output shape");
  view.require(std::equal(stated.begin(), stated.end(), output.shape.begin(), output.shape.end()),
               "the shape it states is not that of its output " + describe(output));
  TransposeConv op;
  op.in = spatial_shape(input);
  op.out = spatial_shape(output);
  view.require(filter.shape[3] == op.in.channels && filter.shape[0] == op.out.channels,
               "filter " + describe(filter) + " does not fit the input " + describe(input) +
                   " and the output " + describe(output));
  const WindowOptions window{filter.shape[1],  filter.shape[2], options.stride_h(), options.stride_w(), 1, 1,
                             options.padding()};
  op.window = window_of(window, op.out, op.in);
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = quantization_of(output).zero_point;
  op.clamp = fused_clamp(options.fused_activation_function(), output);
  Weights weights = weights_of(view, input, filter, 3, op.out.channels, ChannelOrder::first);
  op.per_channel = add_convolution_multipliers(weights, view, input, filter, op.out.channels, 0);
  return {op, std::move(weights), {input.index}};
}

ImportedOperator import_fully_connected(const OperatorView& view) {
  const auto& options = view.options<schema::FullyConnectedOptions>();
  view.require(options.weights_format() == schema::FullyConnectedOptionsWeightsFormat::DEFAULT,
               "shuffled weights are not supported");
  const FileTensor& input = convolved_input(view);
  const FileTensor& output = convolved_output(view, input);
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
  op.in_zero_point = quantization_of(input).zero_point;
  op.out_zero_point = quantization_of(output).zero_point;
  op.clamp = fused_clamp(options.fused_activation_function(), output);
  Weights weights = weights_of(view, input, filter, 2, op.out.channels, ChannelOrder::first);
  op.per_channel = add_fully_connected_multipliers(weights, view, filter, op.out.channels);
  return {op, std::move(weights), {input.index}};
}

ImportedOperator import_batch_mat_mul(const OperatorView& view) {
  const auto& options = view.options<schema::BatchMatMulOptions>();
  const FileTensor& first = view.activation(0);
  const FileTensor& second = view.activation(1);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  BatchMatMul op;
  op.first = shape_of(first);
  op.second = shape_of(second);
  op.out = shape_of(output);
  op.transpose_first = options.adj_x();
  op.transpose_second = options.adj_y();
  const Shape expected = {std::max(op.first.height, op.second.height),
                          op.transpose_first ? op.first.channels : op.first.width,
                          op.transpose_second ? op.second.width : op.second.channels};
  const std::int32_t second_depth = op.transpose_second ? op.second.channels : op.second.width;
  view.require(first.shape.size() >= 2 && second.shape.size() >= 2 && op.out == expected &&
                   op.depth() == second_depth &&
                   (op.first.height == op.second.height || op.first.height == 1 || op.second.height == 1),
               "inputs " + describe(first) + " and " + describe(second) + " do not give the output " +
                   describe(output));
  view.require(op.depth() <= 33025, "its sums are over too many elements");  // of 255 * 255: int32
  op.first_zero_point = quantization_of(first).zero_point;
  op.second_zero_point = quantization_of(second).zero_point;
  op.out_zero_point = quantization_of(output).zero_point;
  // Source: tensorflow/lite/kernels/kernel_util.cc, GetQuantizedConvolutionMultipler: a float product.
  const float product = quantization_of(first).scale * quantization_of(second).scale;
  const QuantizedMultiplier scale = quantize_multiplier(
      static_cast<double>(product) / static_cast<double>(quantization_of(output).scale), view.rounding());
  op.multiplier = scale.multiplier;
  op.shift = scale.shift;
  return {op, {}, {first.index, second.index}};
}

}  // namespace coinfer::graph
