// SPDX-License-Identifier: Apache-2.0
#include "graph/quantization.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "graph/import_error.hpp"

namespace {

using namespace coinfer::graph;
constexpr auto twice = RoundingRule::double_rounding;
constexpr auto once = RoundingRule::single_rounding;

void expect_multiplier(double value, std::int32_t multiplier, std::int32_t shift,
                       RoundingRule rounding = twice) {
  const QuantizedMultiplier result = quantize_multiplier(value, rounding);
  EXPECT_EQ(result.multiplier, multiplier) << value;
  EXPECT_EQ(result.shift, shift) << value;
}

TEST(QuantizeMultiplier, SplitsIntoQ31AndPowerOfTwo) {
  expect_multiplier(0.5, 1 << 30, 0);
  expect_multiplier(1.0, 1 << 30, 1);
  expect_multiplier(0.75, 3 << 29, 0);
  expect_multiplier(3.0, 3 << 29, 2);
  expect_multiplier(0.0, 0, 0);
}

TEST(QuantizeMultiplier, CarriesWhenTheFractionRoundsUpToOne) { expect_multiplier(1.0 - 1e-12, 1 << 30, 1); }

TEST(QuantizeMultiplier, FlushesTinyValuesToZero) {
  expect_multiplier(std::ldexp(0.5, -31), 1 << 30, -31);
  expect_multiplier(std::ldexp(0.5, -32), 0, 0);
}

TEST(QuantizeMultiplier, LargestShiftDependsOnTheRoundingRule) {
  expect_multiplier(std::ldexp(0.75, 30), 3 << 29, 30);
  expect_multiplier(std::ldexp(0.75, 31), std::numeric_limits<std::int32_t>::max(), 30, once);
  EXPECT_THROW(quantize_multiplier(std::ldexp(0.75, 31), twice), ImportError);
  EXPECT_THROW(quantize_multiplier(std::numeric_limits<double>::quiet_NaN(), once), ImportError);
}

TEST(ActivationClamp, IsTheActivationInTheOutputsQuantization) {
  const Quantization out{0.1F, -20};
  const auto expect = [&](Activation activation, std::int32_t min, std::int32_t max) {
    const coinfer::Clamp clamp = activation_clamp(activation, out, -128, 127);
    EXPECT_EQ(clamp.min, min);
    EXPECT_EQ(clamp.max, max);
  };
  expect(Activation::none, -128, 127);
  expect(Activation::relu, -20, 127);
  expect(Activation::relu6, -20, 40);
  expect(Activation::relu_n1_to_1, -30, -10);
}

TEST(ActivationClamp, StaysInsideTheType) {
  const coinfer::Clamp clamp = activation_clamp(Activation::relu6, {0.01F, -128}, -128, 127);
  EXPECT_EQ(clamp.min, -128);
  EXPECT_EQ(clamp.max, 127);
}

TEST(SoftmaxScaling, GivesTheDifferenceThatStillMatters) {
  const SoftmaxScaling scaling = softmax_scaling(1.0, 1.0 / 16, twice);  // 2^26 / 16 = 2^22
  EXPECT_EQ(scaling.input.multiplier, 1 << 30);
  EXPECT_EQ(scaling.input.shift, 23);
  EXPECT_EQ(scaling.diff_min, -248);  // 31 * 2^26 / 2^23
}

TEST(SoftmaxScaling, SaturatesByRoundingRule) {
  EXPECT_EQ(softmax_scaling(1.0, 1000.0, twice).input.shift, 31);
  EXPECT_EQ(softmax_scaling(1.0, 1000.0, once).input.shift, 30);
  EXPECT_THROW(softmax_scaling(1.0, 1e-9, twice), ImportError);
}

}  // namespace
