// SPDX-License-Identifier: Apache-2.0
// Laws that are known are found again, and nothing is learnt from what is held out.
#include "latency/regression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "latency/type_regression.hpp"

namespace {

using namespace coinfer::latency;

// us = 2 + 0.5 a + 0 b + 0.001 c, sizes over four decades.
std::vector<Observation> lawful(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> exponent(0.0, 4.0);
  const auto size = [&] { return std::pow(10.0, exponent(random)); };
  std::vector<Observation> observations;
  for (int i = 0; i < count; ++i) {
    Observation o{{1.0, size(), size(), size()}};
    o.us = product(o.x, std::vector<double>{2.0, 0.5, 0.0, 0.001});
    observations.push_back(o);
  }
  return observations;
}

TEST(Regression, FindsTheLawAgain) {
  const std::vector<Observation> observations = lawful(40, 1);
  for (const auto& found :
       {fit_non_negative(observations, Loss::relative), fit_non_negative(observations, Loss::symmetric),
        fit_least_squares(observations)}) {
    ASSERT_EQ(found.size(), 4U);
    EXPECT_NEAR(found[0], 2.0, 1e-4);
    EXPECT_NEAR(found[1], 0.5, 1e-6);
    EXPECT_NEAR(found[2], 0.0, 1e-6);
    EXPECT_NEAR(found[3], 0.001, 1e-6);
  }
}

TEST(Regression, AnOddMeasurementDoesNotBendTheRest) {
  std::vector<Observation> observations = lawful(40, 2);
  observations[7].us *= 1000;
  const std::vector<double> found = fit_non_negative(observations, Loss::relative);
  for (const Observation& o : lawful(20, 3)) EXPECT_NEAR(product(o.x, found) / o.us, 1.0, 0.02);
}

TEST(Regression, NoCoefficientIsNegative) {
  std::vector<Observation> falling;
  for (int i = 1; i <= 10; ++i) falling.push_back({{1.0, double{1} * i}, 100.0 - 9.0 * i});
  const std::vector<double> found = fit_non_negative(falling, Loss::relative);
  EXPECT_GE(found[0], 0.0);
  EXPECT_EQ(found[1], 0.0);
  EXPECT_NEAR(fit_least_squares(falling)[1], -9.0, 1e-9);
}

// Nonnegative least squares has one least error, whatever set of columns reaches it.
TEST(Regression, NoRandomCoefficientsAreBetterThanThoseFound) {
  std::mt19937 random(4);
  std::lognormal_distribution<double> noise(0.0, 0.3);
  std::vector<Observation> observations = lawful(30, 5);
  for (Observation& o : observations) o.us *= noise(random);
  const auto mape = [&observations](const std::vector<double>& coefficients) {
    double sum = 0.0;
    for (const Observation& o : observations) sum += std::abs(product(o.x, coefficients) / o.us - 1.0);
    return sum / static_cast<double>(observations.size());
  };
  const std::vector<double> found = fit_non_negative(observations, Loss::relative);
  const double least = mape(found);
  std::uniform_real_distribution<double> step(0.7, 1.4);
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> other = found;
    for (double& value : other) value = value * step(random) + (i % 3 == 0 ? 1e-4 * step(random) : 0.0);
    EXPECT_GT(mape(other), least - 0.004);  // errors below 1% count as 1%
  }
}

TEST(Regression, ColumnsThatDependOnOthersAreNotNeeded) {
  std::vector<Observation> observations = lawful(10, 6);
  for (Observation& o : observations) {
    o.x.push_back(2.0 * o.x[1]);
    o.x.push_back(0.0);
  }
  for (const auto& found :
       {fit_non_negative(observations, Loss::relative), fit_least_squares(observations)}) {
    for (const double value : found) EXPECT_TRUE(std::isfinite(value));
    for (const Observation& o : observations) EXPECT_NEAR(product(o.x, found) / o.us, 1.0, 1e-6);
  }
}

// Where all windows are 3x3, nothing tells products from outputs: neither is given all of the time.
TEST(Regression, ColumnsThatAlwaysGoTogetherShareWhatTheyExplain) {
  std::vector<Observation> observations;
  for (int i = 1; i <= 10; ++i) observations.push_back({{9.0 * i, 1.0 * i}, 18.0 * i});
  const std::vector<double> found = fit_non_negative(observations, Loss::relative);
  EXPECT_NEAR(found[0], 1.0, 1e-3);
  EXPECT_NEAR(found[1], 9.0, 1e-3);
}

std::vector<Sample> two_types() {
  std::vector<Sample> samples;
  for (int i = 1; i <= 12; ++i) {
    const double size = 10.0 * i;
    samples.push_back({"slow", static_cast<std::size_t>(i % 3), {{1.0, size}, 5.0 * size}});
    samples.push_back({"fast", static_cast<std::size_t>(i % 3), {{1.0, size}, 1.0 + 0.1 * size}});
  }
  return samples;
}

TEST(TypeRegression, EachTypeHasItsOwn) {
  const TypeRegression regression = fit(two_types(), Method::relative);
  EXPECT_NEAR(regression.predict("slow", std::vector<double>{1.0, 1000.0}), 5000.0, 1e-3);
  EXPECT_NEAR(regression.predict("fast", std::vector<double>{1.0, 1000.0}), 101.0, 1e-3);
  // Between the two: it is as far from one as from the other.
  const double unknown = regression.predict("unknown", std::vector<double>{1.0, 100.0});
  EXPECT_GT(unknown, 11.0);
  EXPECT_LT(unknown, 500.0);
}

TEST(TypeRegression, FewSamplesAreFittedTogether) {
  std::vector<Sample> samples = two_types();
  samples.push_back({"rare", 0, {{1.0, 10.0}, 1e6}});
  samples.push_back({"rare", 1, {{1.0, 20.0}, 2e6}});
  EXPECT_FALSE(fit(samples, Method::relative).types.contains("rare"));
  samples.push_back({"rare", 2, {{1.0, 30.0}, 3e6}});
  EXPECT_TRUE(fit(samples, Method::relative).types.contains("rare"));
}

TEST(TypeRegression, PredictionsAreTimes) {
  const TypeRegression regression{{{"none", {0.0}}, {"falling", {-1.0}}, {"huge", {1e300}}}, {0.0}};
  const std::vector<double> one = {1.0};
  EXPECT_EQ(regression.predict("none", one), least_us);
  EXPECT_EQ(regression.predict("falling", one), least_us);
  EXPECT_EQ(regression.predict("huge", one), most_us);
}

TEST(CrossValidation, LearnsNothingFromWhatIsHeldOut) {
  const std::vector<Sample> samples = two_types();
  for (const HeldOut held_out : {HeldOut::model, HeldOut::stage}) {
    std::vector<Sample> changed = samples;
    for (Sample& sample : changed) {
      if (held_out == HeldOut::model ? sample.model == 1 : &sample == &changed[3]) sample.stage.us *= 100;
    }
    const std::vector<double> before = cross_validate(samples, Method::relative, held_out);
    const std::vector<double> after = cross_validate(changed, Method::relative, held_out);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      EXPECT_NEAR(before[i] / samples[i].stage.us, 1.0, 1e-6) << i;  // the law holds everywhere
      if (changed[i].stage.us != samples[i].stage.us) {
        EXPECT_EQ(after[i], before[i]) << i;
      }
    }
  }
}

TEST(CrossValidation, AHeldOutTypeIsPredictedFromTheOthers) {
  std::vector<Sample> samples = two_types();
  const std::vector<double> predictions = cross_validate(samples, Method::relative, HeldOut::type);
  EXPECT_NEAR(predictions[0], 1.0 + 0.1 * 10.0, 1e-6);  // a slow stage, as if it were a fast one
  std::erase_if(samples, [](const Sample& sample) { return sample.type == "fast"; });
  EXPECT_TRUE(std::isnan(cross_validate(samples, Method::relative, HeldOut::type)[0]));
}

}  // namespace
