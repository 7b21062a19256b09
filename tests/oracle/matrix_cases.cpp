// SPDX-License-Identifier: Apache-2.0
// Reductions, normalizations, transposed convolutions, matrix products, conversions, one step of SVDF, LSTM.
#include "cases.hpp"

namespace oracle {
namespace {

using tiny::Type;
namespace schema = tiny::schema;

template <Code code>
ModelBuilder reduction(Random& random) {
  const Shape in = random_image(random);
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  const auto input = activation(b, "in", in, q);
  Shape over = {random.between(1, 3)};
  if (code != Code::ARG_MAX && random.one_in(2)) over = {1, 2};
  const bool keep = code != Code::ARG_MAX && random.one_in(2);
  Shape out;
  for (std::int32_t i = 0; i < 4; ++i) {
    const bool folded = std::find(over.begin(), over.end(), i) != over.end();
    if (!folded) out.push_back(in[static_cast<std::size_t>(i)]);
    if (folded && keep) out.push_back(1);
  }
  const auto axes = b.integers("axes", over, code == Code::ARG_MAX);
  if (code == Code::ARG_MAX) {
    const auto output = b.tensor("out", Type::INT32, out);
    schema::ArgMaxOptionsT options;
    options.output_type = Type::INT32;
    b.op(code, {input, axes}, output, options);
    b.ends({input}, {output});
    return b;
  }
  schema::ReducerOptionsT options;
  options.keep_dims = keep;
  const auto output = activation(b, "out", out, code == Code::SUM ? near(q, random) : q);
  b.op(code, {input, axes}, output, options);
  b.ends({input}, {output});
  return b;
}

ModelBuilder log_softmax(Random& random) {
  const Shape shape = random_shape(random);
  ModelBuilder b;
  const auto input = activation(b, "in", shape, random_quantization(random));
  const auto output = activation(b, "out", shape, {1.0F / 16, 127});
  b.op(Code::LOG_SOFTMAX, {input}, output);
  b.ends({input}, {output});
  return b;
}

ModelBuilder l2_normalization(Random& random) {
  const Shape shape = random_shape(random);
  ModelBuilder b;
  const auto input = activation(b, "in", shape, random_quantization(random));
  const auto output = activation(b, "out", shape, {1.0F / 128, 0});
  b.op(Code::L2_NORMALIZATION, {input}, output, schema::L2NormOptionsT{});
  b.ends({input}, {output});
  return b;
}

ModelBuilder transpose_conv(Random& random) {
  const Shape in = random_image(random);
  const bool same = random.one_in(2);
  const auto grown = [&](std::int32_t size, std::int32_t taps, std::int32_t stride) {
    return size * stride + (same || taps < stride ? 0 : taps - stride);
  };
  schema::TransposeConvOptionsT options;
  options.padding = same ? schema::Padding::SAME : schema::Padding::VALID;
  options.stride_h = random.between(1, 3);
  options.stride_w = random.between(1, 3);
  const std::int32_t height = random.between(1, 5);
  const std::int32_t width = random.between(1, 5);
  const std::int32_t channels = random.between(1, 5);
  const Shape out = {1, grown(in[1], height, options.stride_h), grown(in[2], width, options.stride_w),
                     channels};
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  const auto input = activation(b, "in", in, q);
  const auto shape = b.integers("shape", out);
  const auto filter = constant(b, "filter", {channels, height, width, in[3]}, {0.02F, 0}, random);
  const auto output = activation(b, "out", out, near(q, random));
  b.op(Code::TRANSPOSE_CONV, {shape, filter, input}, output, options);
  b.ends({input}, {output});
  return b;
}

ModelBuilder batch_mat_mul(Random& random) {
  const std::int32_t batches = random.between(1, 4);
  const std::int32_t m = random.between(1, 7);
  const std::int32_t k = random.between(1, 9);
  const std::int32_t n = random.between(1, 7);
  schema::BatchMatMulOptionsT options;
  options.adj_x = random.one_in(2);
  options.adj_y = random.one_in(2);
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  const auto first =
      activation(b, "first", options.adj_x ? Shape{1, batches, k, m} : Shape{1, batches, m, k}, q);
  const Quantized r = random_quantization(random);
  const auto second =
      activation(b, "second", options.adj_y ? Shape{1, batches, n, k} : Shape{1, batches, k, n}, r);
  const Quantized product = {q.scale * r.scale * 100, random.zero_point()};
  const auto output = activation(b, "out", {1, batches, m, n}, product);
  b.op(Code::BATCH_MATMUL, {first, second}, output, options);
  b.ends({first, second}, {output});
  return b;
}

ModelBuilder cast(Random& random) {
  const Shape shape = random_shape(random);
  ModelBuilder b;
  const auto input = activation(b, "in", shape, {0.5F, 0});
  const Type to = random.one_in(2) ? Type::FLOAT32 : Type::INT32;
  const auto output = b.tensor("out", to, shape);
  b.op(Code::CAST, {input}, output);
  b.ends({input}, {output});
  return b;
}

// The first step: what follows is the kernel's unit test.
ModelBuilder svdf(Random& random) {
  const std::int32_t inputs = random.between(1, 9);
  const std::int32_t units = random.between(1, 7);
  const std::int32_t rank = random.between(1, 3);
  const std::int32_t memory = random.between(1, 6);
  const std::int32_t filters = units * rank;
  const Quantized q = random_quantization(random);
  ModelBuilder b;
  const auto input = activation(b, "in", {1, inputs}, q);
  const auto feature = constant(b, "feature", {filters, inputs}, {0.02F, 0}, random);
  tiny::Bytes weights;
  for (std::int32_t i = 0; i < filters * memory; ++i) {
    const std::int32_t value = random.between(-8000, 8000);
    weights.push_back(static_cast<std::uint8_t>(value));
    weights.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  const float state_scale = q.scale * 0.02F;
  const auto time = b.tensor("time", Type::INT16, {filters, memory}, {0.0001F}, 0, weights);
  const auto bias = b.tensor("bias", Type::INT32, {units}, {state_scale * 0.0001F}, 0,
                             tiny::Bytes(static_cast<std::size_t>(units) * 4, 0));
  const auto state = b.variable("state", Type::INT16, {1, filters * memory}, state_scale);
  const auto output = activation(b, "out", {1, units}, near(q, random));
  schema::SVDFOptionsT options;
  options.rank = rank;
  options.fused_activation_function = schema::ActivationFunctionType::RELU;
  b.op(Code::SVDF, {input, feature, time, bias, state}, output, options);
  b.ends({input}, {output});
  return b;
}

// Several steps of several sequences.
ModelBuilder unidirectional_sequence_lstm(Random& random) {
  const std::int32_t inputs = random.between(1, 20);
  const std::int32_t units = random.between(1, 12);
  schema::UnidirectionalSequenceLSTMOptionsT options;
  options.fused_activation_function = schema::ActivationFunctionType::TANH;
  options.time_major = random.one_in(2);
  options.cell_clip = random.one_in(3) ? static_cast<float>(random.real(0.1, 4)) : 0.0F;
  const Shape in = {random.between(1, 3), random.between(1, 6), inputs};
  const std::int32_t sequences = options.time_major ? in[1] : in[0];
  // Gates of all states: hardly open to saturated.
  const Quantized q = {static_cast<float>(std::exp(random.real(-6, -2))), random.zero_point()};
  const Quantized shown = {static_cast<float>(std::exp(random.real(-5.3, -4))), random.zero_point()};
  ModelBuilder b;
  const auto input = activation(b, "in", in, q);
  std::vector<std::int32_t> operands(24, -1);
  operands[0] = input;
  for (std::size_t gate = 0; gate < 4; ++gate) {
    const auto weights_scale = static_cast<float>(std::exp(random.real(-7, -3)));
    const auto recurrent_scale = static_cast<float>(std::exp(random.real(-7, -3)));
    operands[1 + gate] = constant(b, "weights", {units, inputs}, {weights_scale, 0}, random);
    operands[5 + gate] = constant(b, "recurrent", {units, units}, {recurrent_scale, 0}, random);
    std::vector<std::int32_t> bias(static_cast<std::size_t>(units));
    for (std::int32_t& value : bias) value = random.between(-20000, 20000);
    operands[12 + gate] =
        b.tensor("bias", Type::INT32, {units}, {q.scale * weights_scale}, 0, tiny::bytes_of(bias));
  }
  operands[18] = b.variable("hidden", Type::INT8, {sequences, units}, shown.scale, shown.zero_point);
  const float cell_scale = std::ldexp(1.0F, random.between(-17, -9));
  operands[19] = b.variable("cell", Type::INT16, {sequences, units}, cell_scale);
  const auto output = activation(b, "out", {in[0], in[1], units}, shown);
  b.op(Code::UNIDIRECTIONAL_SEQUENCE_LSTM, operands, output, options);
  b.ends({input}, {output});
  return b;
}

constexpr Case cases[] = {
    {"SUM", reduction<Code::SUM>},
    {"REDUCE_MAX", reduction<Code::REDUCE_MAX>},
    {"ARG_MAX", reduction<Code::ARG_MAX>},
    {"LOG_SOFTMAX", log_softmax},
    {"L2_NORMALIZATION", l2_normalization},
    {"TRANSPOSE_CONV", transpose_conv},
    {"BATCH_MATMUL", batch_mat_mul},
    {"CAST", cast},
    {"SVDF", svdf},
    {"UNIDIRECTIONAL_SEQUENCE_LSTM", unidirectional_sequence_lstm},
};

}  // namespace

std::span<const Case> matrix_cases() { return cases; }

}  // namespace oracle
