// SPDX-License-Identifier: Apache-2.0
// Operators of two inputs: of one shape, with one of them broadcast, with a constant.
#include "cases.hpp"

namespace oracle {
namespace {

// An operand's shape: the output's, one element, one row of channels, or one side of size 1.
Shape operand_shape(const Shape& out, Random& random) {
  Shape shape = out;
  const std::int32_t form = random.between(0, 4);
  if (form == 1) return {};
  if (form == 2) return {out.back()};
  if (form == 3) std::fill(shape.begin(), shape.end() - 1, 1);
  if (form == 4)
    shape[static_cast<std::size_t>(random.between(0, static_cast<std::int32_t>(shape.size()) - 1))] = 1;
  return shape;
}

struct Binary {
  ModelBuilder model;
  std::int32_t output = 0;
};

enum class Constants { any, second };

Binary binary(Code code, const Quantized& first, const Quantized& second, const Quantized& out,
              Constants constants, Random& random) {
  Binary made;
  ModelBuilder& b = made.model;
  const Shape shape = random_shape(random);
  const bool broadcast_first = constants == Constants::any && random.one_in(3);
  const Shape first_shape = broadcast_first ? operand_shape(shape, random) : shape;
  const Shape second_shape = broadcast_first ? shape : operand_shape(shape, random);
  const bool first_constant = broadcast_first && random.one_in(2);
  const bool second_constant = !broadcast_first && random.one_in(2);
  std::vector<std::int32_t> inputs;
  const auto operand = [&](const char* name, const Shape& of, const Quantized& q, bool is_constant) {
    if (is_constant) return constant(b, name, of, q, random);
    inputs.push_back(activation(b, name, of.empty() ? Shape{1} : of, q));
    return inputs.back();
  };
  const auto a = operand("first", first_shape, first, first_constant);
  const auto c = operand("second", second_shape, second, second_constant);
  made.output = activation(b, "out", shape, out);
  b.op(code, {a, c}, made.output);
  b.ends(inputs, {made.output});
  return made;
}

tiny::schema::ActivationFunctionType fused(Random& random) {
  using tiny::schema::ActivationFunctionType;
  constexpr ActivationFunctionType types[] = {ActivationFunctionType::NONE, ActivationFunctionType::RELU,
                                              ActivationFunctionType::RELU6};
  return types[random.between(0, 2)];
}

template <Code code, class Options>
ModelBuilder sum(Random& random) {
  const Quantized first = random_quantization(random);
  Quantized out = near(first, random);
  out.scale = std::max(out.scale, first.scale / 4);
  Binary made = binary(code, first, near(first, random), out, Constants::any, random);
  Options options;
  options.fused_activation_function = fused(random);
  made.model.operator_making("out").builtin_options.Set(options);
  return std::move(made.model);
}

ModelBuilder mul(Random& random) {
  const Quantized first = random_quantization(random);
  const Quantized second = random_quantization(random);
  const Quantized product = {first.scale * second.scale * 100, 0};
  Binary made = binary(Code::MUL, first, second, near(product, random), Constants::any, random);
  tiny::schema::MulOptionsT options;
  options.fused_activation_function = fused(random);
  made.model.operator_making("out").builtin_options.Set(options);
  return std::move(made.model);
}

template <Code code>
ModelBuilder extremum(Random& random) {
  const Quantized q = random_quantization(random);
  Binary made = binary(code, q, q, q, Constants::any, random);
  made.model.operator_making("out").builtin_options.Set(tiny::schema::MaximumMinimumOptionsT{});
  return std::move(made.model);
}

ModelBuilder prelu(Random& random) {
  const Quantized in = random_quantization(random);
  const Quantized alpha = {static_cast<float>(random.real(0.001, 0.02)), random.zero_point()};
  return std::move(binary(Code::PRELU, in, alpha, near(in, random), Constants::second, random).model);
}

constexpr Case cases[] = {
    {"ADD", sum<Code::ADD, tiny::schema::AddOptionsT>},
    {"SUB", sum<Code::SUB, tiny::schema::SubOptionsT>},
    {"MUL", mul},
    {"MINIMUM", extremum<Code::MINIMUM>},
    {"MAXIMUM", extremum<Code::MAXIMUM>},
    {"PRELU", prelu},
};

}  // namespace

std::span<const Case> arithmetic_cases() { return cases; }

}  // namespace oracle
