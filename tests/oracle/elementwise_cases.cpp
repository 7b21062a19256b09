// SPDX-License-Identifier: Apache-2.0
// Operators of one input, element by element.
#include "cases.hpp"

namespace oracle {
namespace {

ModelBuilder unary(Code code, const Shape& shape, const Quantized& in, const Quantized& out) {
  ModelBuilder b;
  const auto input = activation(b, "in", shape, in);
  const auto output = activation(b, "out", shape, out);
  b.op(code, {input}, output);
  b.ends({input}, {output});
  return b;
}

template <Code code>
ModelBuilder rescaling(Random& random) {
  const Quantized in = random_quantization(random);
  return unary(code, random_shape(random), in, near(in, random));
}

template <Code code>
ModelBuilder squashing(Random& random) {
  const Quantized out = code == Code::LOGISTIC ? Quantized{1.0F / 256, -128} : Quantized{1.0F / 128, 0};
  return unary(code, random_shape(random), random_quantization(random), out);
}

ModelBuilder leaky_relu(Random& random) {
  ModelBuilder b = rescaling<Code::LEAKY_RELU>(random);
  tiny::schema::LeakyReluOptionsT options;
  options.alpha = static_cast<float>(random.real(-0.5, 1.5));
  b.operator_making("out").builtin_options.Set(options);
  return b;
}

// The output is no finer than the arithmetic of 16 bits allows.
ModelBuilder hard_swish(Random& random) {
  const Quantized in = random_quantization(random);
  Quantized out = near(in, random);
  out.scale = std::max(out.scale, in.scale / 100);
  return unary(Code::HARD_SWISH, random_shape(random), in, out);
}

ModelBuilder absolute(Random& random) {
  const Quantized in = random_quantization(random);
  Quantized out = near(in, random);
  if (random.one_in(2)) out.scale = in.scale;
  return unary(Code::ABS, random_shape(random), in, out);
}

ModelBuilder softmax(Random& random) {
  const Shape shape = {1, random.between(1, 40)};
  ModelBuilder b = unary(Code::SOFTMAX, shape, random_quantization(random), {1.0F / 256, -128});
  tiny::schema::SoftmaxOptionsT options;
  options.beta = 1.0F;
  b.operator_making("out").builtin_options.Set(options);
  return b;
}

constexpr Case cases[] = {
    {"LOGISTIC", squashing<Code::LOGISTIC>},
    {"TANH", squashing<Code::TANH>},
    {"HARD_SWISH", hard_swish},
    {"LEAKY_RELU", leaky_relu},
    {"ELU", rescaling<Code::ELU>},
    {"ABS", absolute},
    {"RELU", rescaling<Code::RELU>},
    {"RELU6", rescaling<Code::RELU6>},
    {"QUANTIZE", rescaling<Code::QUANTIZE>},
    {"SOFTMAX", softmax},
};

}  // namespace

std::span<const Case> elementwise_cases() { return cases; }

}  // namespace oracle
