// SPDX-License-Identifier: Apache-2.0
// Convolutions, poolings, fully connected stages and reductions.
#include <cstring>

#include "cases.hpp"

namespace oracle {
namespace {

namespace schema = tiny::schema;

// What a stage with weights computes on: int8 by int8, int16 by int8 with 64-bit sums, or int8 by 4 bits.
enum class Width { int8, int16, four_bits };

template <class Integer>
tiny::Bytes random_biases(std::int32_t count, std::int32_t most, Random& random) {
  tiny::Bytes bytes;
  for (std::int32_t i = 0; i < count; ++i) {
    const Integer value = random.between(-most, most);
    std::uint8_t raw[sizeof(value)];
    std::memcpy(raw, &value, sizeof(value));
    bytes.insert(bytes.end(), raw, raw + sizeof(value));
  }
  return bytes;
}

Quantized quantization_of(Width width, Random& random) {
  const Quantized q = random_quantization(random);
  return width == Width::int16 ? Quantized{q.scale / 256, 0} : q;
}

// The input or output of a stage.
std::int32_t end(ModelBuilder& b, const char* name, const Shape& shape, const Quantized& q, Width width) {
  if (width == Width::int16) return b.tensor(name, tiny::Type::INT16, shape, {q.scale}, 0);
  return activation(b, name, shape, q);
}

// Filter and bias, quantized as a whole in one of `whole_in` cases or else per channel along `dimension`.
std::vector<std::int32_t> weights(ModelBuilder& b, const Shape& filter, std::int32_t dimension,
                                  const Quantized& in, Width width, Random& random, int whole_in = 3) {
  const std::int32_t channels = filter[static_cast<std::size_t>(dimension)];
  std::vector<float> scales(random.one_in(whole_in) ? 1 : static_cast<std::size_t>(channels));
  const double step = width == Width::four_bits ? 16 : 1;
  for (float& scale : scales) scale = static_cast<float>(step * random.real(0.002, 0.02));
  std::vector<float> bias_scales = scales;
  for (float& scale : bias_scales) scale *= in.scale;
  const bool packed = width == Width::four_bits;
  const std::int32_t bytes = packed ? (elements(filter) + 1) / 2 : elements(filter);
  const auto values = b.tensor("filter", packed ? tiny::Type::INT4 : tiny::Type::INT8, filter, scales, 0,
                               random_bytes(bytes, random));
  b.graph().tensors.back()->quantization->quantized_dimension = dimension;
  const bool wide = width == Width::int16;
  const auto bias = b.tensor("bias", wide ? tiny::Type::INT64 : tiny::Type::INT32, {channels}, bias_scales, 0,
                             wide ? random_biases<std::int64_t>(channels, 1 << 20, random)
                                  : random_biases<std::int32_t>(channels, 5000, random));
  return {values, bias};
}

struct Axis {
  std::int32_t taps;
  std::int32_t stride;
  std::int32_t dilation;
  std::int32_t out;
};

Axis random_axis(std::int32_t size, bool same, bool dilated, Random& random) {
  Axis a{random.between(1, 4), random.between(1, 3), dilated ? random.between(1, 2) : 1, 0};
  if (!same) {
    a.taps = random.between(1, std::min(4, size));
    if ((a.taps - 1) * a.dilation + 1 > size) a.dilation = 1;
  }
  const std::int32_t extent = (a.taps - 1) * a.dilation + 1;
  a.out = same ? (size + a.stride - 1) / a.stride : (size - extent) / a.stride + 1;
  return a;
}

template <class Options>
void set_window(Options& options, const Axis& y, const Axis& x, bool same) {
  options.padding = same ? schema::Padding::SAME : schema::Padding::VALID;
  options.stride_h = y.stride;
  options.stride_w = x.stride;
}

Shape window_image(Random& random) {
  return {1, random.between(1, 9), random.between(1, 9), random.between(1, 9)};
}

template <bool depthwise, class Options, Width width = Width::int8>
ModelBuilder convolution(Random& random) {
  const Shape in = window_image(random);
  const bool same = random.one_in(2);
  const bool dilated = random.one_in(3);
  const Axis y = random_axis(in[1], same, dilated, random);
  const Axis x = random_axis(in[2], same, dilated, random);
  Options options;
  set_window(options, y, x, same);
  options.dilation_h_factor = y.dilation;
  options.dilation_w_factor = x.dilation;
  if (random.one_in(2)) options.fused_activation_function = schema::ActivationFunctionType::RELU6;
  const std::int32_t multiplier = random.between(1, 3);
  const std::int32_t channels = depthwise ? in[3] * multiplier : random.between(1, 9);
  if constexpr (depthwise) options.depth_multiplier = multiplier;
  const Quantized q = quantization_of(width, random);
  ModelBuilder b;
  const auto input = end(b, "in", in, q, width);
  const Shape filter =
      depthwise ? Shape{1, y.taps, x.taps, channels} : Shape{channels, y.taps, x.taps, in[3]};
  const std::vector<std::int32_t> constants = weights(b, filter, depthwise ? 3 : 0, q, width, random);
  const auto output = end(b, "out", {1, y.out, x.out, channels}, near(q, random), width);
  b.op(depthwise ? Code::DEPTHWISE_CONV_2D : Code::CONV_2D, {input, constants[0], constants[1]}, output,
       options);
  b.ends({input}, {output});
  return b;
}

template <Width width = Width::int8, int whole_in = 3>
ModelBuilder fully_connected(Random& random) {
  const Shape in = {1, random.between(1, 60)};
  const std::int32_t channels = random.between(1, 12);
  const Quantized q = quantization_of(width, random);
  ModelBuilder b;
  const auto input = end(b, "in", in, q, width);
  const std::vector<std::int32_t> constants = weights(b, {channels, in[1]}, 0, q, width, random, whole_in);
  const auto output = end(b, "out", {1, channels}, near(q, random), width);
  b.op(Code::FULLY_CONNECTED, {input, constants[0], constants[1]}, output, schema::FullyConnectedOptionsT{});
  b.ends({input}, {output});
  return b;
}

template <Code code>
ModelBuilder pooling(Random& random) {
  const Shape in = window_image(random);
  const bool same = random.one_in(2);
  const Axis y = random_axis(in[1], same, false, random);
  const Axis x = random_axis(in[2], same, false, random);
  schema::Pool2DOptionsT options;
  set_window(options, y, x, same);
  options.filter_height = y.taps;
  options.filter_width = x.taps;
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  const auto input = activation(b, "in", in, q);
  const auto output = activation(b, "out", {1, y.out, x.out, in[3]}, q);
  b.op(code, {input}, output, options);
  b.ends({input}, {output});
  return b;
}

ModelBuilder mean(Random& random) {
  const Shape in = random_image(random);
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  const auto input = activation(b, "in", in, q);
  const std::vector<Shape> axes = {{1, 2}, {2, 1}, {1}, {2}, {3}, {1, 2, 3}};
  const Shape& over = axes[static_cast<std::size_t>(random.between(0, 5))];
  Shape out = in;
  for (const std::int32_t axis : over) out[static_cast<std::size_t>(axis)] = 1;
  schema::ReducerOptionsT options;
  options.keep_dims = true;
  const auto output = activation(b, "out", out, near(q, random));
  b.op(Code::MEAN, {input, b.integers("axes", over)}, output, options);
  b.ends({input}, {output});
  return b;
}

ModelBuilder concatenation(Random& random) {
  Shape out = random_image(random);
  const auto axis = static_cast<std::size_t>(random.between(1, 3));
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  std::vector<std::int32_t> inputs;
  std::int32_t total = 0;
  for (std::int32_t i = random.between(1, 4); i > 0; --i) {
    out[axis] = random.between(1, 4);
    total += out[axis];
    inputs.push_back(activation(b, ("in" + std::to_string(i)).c_str(), out, q));
  }
  out[axis] = total;
  schema::ConcatenationOptionsT options;
  options.axis = static_cast<std::int32_t>(axis);
  const auto output = activation(b, "out", out, q);
  b.op(Code::CONCATENATION, inputs, output, options);
  b.ends(inputs, {output});
  return b;
}

constexpr Case cases[] = {
    {"CONV_2D", convolution<false, schema::Conv2DOptionsT>},
    {"DEPTHWISE_CONV_2D", convolution<true, schema::DepthwiseConv2DOptionsT>},
    {"FULLY_CONNECTED", fully_connected<>},
    {"CONV_2D int16", convolution<false, schema::Conv2DOptionsT, Width::int16>},
    {"DEPTHWISE_CONV_2D int16", convolution<true, schema::DepthwiseConv2DOptionsT, Width::int16>},
    {"FULLY_CONNECTED int16", fully_connected<Width::int16>},
    {"CONV_2D 4-bit", convolution<false, schema::Conv2DOptionsT, Width::four_bits>},
    {"FULLY_CONNECTED 4-bit", fully_connected<Width::four_bits, 1>},
    {"FULLY_CONNECTED 4-bit per channel", fully_connected<Width::four_bits, 1000>},
    {"AVERAGE_POOL_2D", pooling<Code::AVERAGE_POOL_2D>},
    {"MAX_POOL_2D", pooling<Code::MAX_POOL_2D>},
    {"MEAN", mean},
    {"CONCATENATION", concatenation},
};

}  // namespace

std::span<const Case> window_cases() { return cases; }

}  // namespace oracle
