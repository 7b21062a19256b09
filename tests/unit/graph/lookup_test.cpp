// SPDX-License-Identifier: Apache-2.0
// The tables of LOGISTIC, TANH and their kin against the real functions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "graph/executor.hpp"
#include "graph/operator_name.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using tiny::Code;
using tiny::ModelBuilder;
using tiny::refusal;

struct Ends {
  float in_scale;
  std::int32_t in_zero_point;
  float out_scale;
  std::int32_t out_zero_point;
};

// One operator on a row of all 256 values.
ModelBuilder unary(Code code, const Ends& ends, float alpha = 0.0F) {
  ModelBuilder b;
  const auto in = b.int8("in", {1, 256}, ends.in_scale, ends.in_zero_point);
  const auto out = b.int8("out", {1, 256}, ends.out_scale, ends.out_zero_point);
  if (code == Code::LEAKY_RELU) {
    tiny::schema::LeakyReluOptionsT options;
    options.alpha = alpha;
    b.op(code, {in}, out, options);
  } else {
    b.op(code, {in}, out);
  }
  b.ends({in}, {out});
  return b;
}

// Results for -128..127, by an executor.
std::vector<std::int8_t> results(const graph::Graph& graph) {
  graph::Executor executor(graph, graph::KernelSet::reference);
  for (std::size_t i = 0; i < 256; ++i) executor.tensor(0)[i] = static_cast<std::uint8_t>(i + 128);
  executor.run(0, 1, 0);
  std::vector<std::int8_t> values;
  for (const std::uint8_t byte : executor.tensor(1)) values.push_back(static_cast<std::int8_t>(byte));
  return values;
}

struct Function {
  Code code;
  const char* name;
  Ends ends;
  std::function<double(double)> real;
  double tolerance;  // in steps of the output
  float alpha = 0.0F;
};

std::ostream& operator<<(std::ostream& stream, const Function& f) { return stream << f.name; }

class Lookups : public testing::TestWithParam<Function> {};

TEST_P(Lookups, FollowTheRealFunction) {
  const Function& f = GetParam();
  for (const auto rounding : {graph::RoundingRule::double_rounding, graph::RoundingRule::single_rounding}) {
    const graph::Graph graph =
        graph::load_tflite(unary(f.code, f.ends, f.alpha).bytes(), {"unary", rounding, ""});
    EXPECT_STREQ(graph::operator_name(graph.stages[0].op), f.name);
    const std::vector<std::int8_t> found = results(graph);
    for (std::int32_t value = -128; value <= 127; ++value) {
      const double real = f.real(static_cast<double>(f.ends.in_scale) * (value - f.ends.in_zero_point));
      const double steps = real / static_cast<double>(f.ends.out_scale) + f.ends.out_zero_point;
      EXPECT_NEAR(found[static_cast<std::size_t>(value + 128)], std::clamp(steps, -128.0, 127.0), f.tolerance)
          << "at " << value;
    }
  }
}

const Ends to_logistic = {0.07F, 5, 1.0F / 256, -128};
const Ends to_tanh = {0.03F, -20, 1.0F / 128, 0};
const Function functions[] = {
    {Code::LOGISTIC, "LOGISTIC", to_logistic, [](double x) { return 1 / (1 + std::exp(-x)); }, 0.51},
    {Code::TANH, "TANH", to_tanh, [](double x) { return std::tanh(x); }, 0.51},
    {Code::HARD_SWISH,
     "HARD_SWISH",
     {0.05F, -10, 0.04F, -118},
     [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; },
     1.01},
    {Code::LEAKY_RELU,
     "LEAKY_RELU",
     {0.1F, 3, 0.08F, -20},
     [](double x) { return x < 0 ? x * 0.2 : x; },
     0.76,
     0.2F},
    {Code::LEAKY_RELU,
     "LEAKY_RELU",
     {0.1F, 3, 0.08F, -20},
     [](double x) { return x < 0 ? -x * 0.5 : x; },
     0.76,
     -0.5F},
    {Code::ELU, "ELU", {0.05F, 0, 0.03F, -90}, [](double x) { return x < 0 ? std::expm1(x) : x; }, 0.51},
    {Code::ABS, "ABS", {0.05F, 40, 0.04F, -128}, [](double x) { return std::abs(x); }, 0.51},
    {Code::ABS, "ABS", {0.05F, 40, 0.05F, -100}, [](double x) { return std::abs(x); }, 0.01},
};
INSTANTIATE_TEST_SUITE_P(All, Lookups, testing::ValuesIn(functions));

TEST(Lookup, SaturatesBeyondItsFixedPoint) {
  // Radius: 15 / 0.5, exclusive.
  const auto table = results(graph::load_tflite(unary(Code::TANH, {0.5F, 0, 1.0F / 128, 0}).bytes(), {}));
  EXPECT_EQ(table[0], -128);
  EXPECT_EQ(table[128], 0);
  EXPECT_EQ(table[255], 127);
}

TEST(Lookup, RefusesScalesThatItsArithmeticCannotHold) {
  EXPECT_NE(refusal(unary(Code::LOGISTIC, {0.1F, 0, 0.01F, -128})).find("scale 1/256 and zero point -128"),
            std::string::npos);
  EXPECT_NE(refusal(unary(Code::TANH, {0.1F, 0, 1.0F / 128, 1})).find("scale 1/128 and zero point 0"),
            std::string::npos);
  EXPECT_NE(refusal(unary(Code::TANH, {1e-30F, 0, 1.0F / 128, 0})).find("out of range"), std::string::npos);
  EXPECT_NE(refusal(unary(Code::HARD_SWISH, {100.0F, 0, 0.01F, 0})).find("too small"), std::string::npos);
  EXPECT_NE(refusal(unary(Code::HARD_SWISH, {1e-6F, 0, 10.0F, 0})).find("too far apart"), std::string::npos);
  EXPECT_NE(refusal(unary(Code::ELU, {0.1F, 0, 1e-44F, 0})).find("too small"), std::string::npos);
  EXPECT_NE(refusal(unary(Code::LEAKY_RELU, {1e6F, 0, 0.01F, 0}, 0.1F)).find("too small"), std::string::npos);
  EXPECT_NE(refusal(unary(Code::LEAKY_RELU, {1.0F, 0, 1.0F, 0}, NAN)).find("alpha"), std::string::npos);
  EXPECT_NE(refusal(unary(Code::ABS, {1e6F, 0, 0.01F, 0})).find("too small"), std::string::npos);
}

}  // namespace
