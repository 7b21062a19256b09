// SPDX-License-Identifier: Apache-2.0
// Both detectors on series whose change is known: seldom an alarm without one, and soon after one.
#include "coinfer/change_point.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

namespace {

using coinfer::BayesianChangePoint;
using coinfer::Cusum;

TEST(Log2, IsCloseEnough) {
  for (uint32_t value = 1; value < 3'000'000'000U; value += value / 300 + 1)
    EXPECT_NEAR(coinfer::detail::log2_q8(value) / 256.0, std::log2(value), 0.011) << value;
  EXPECT_EQ(coinfer::detail::log2_q8(1), 0);
  EXPECT_EQ(coinfer::detail::log2_q8(0), 0);
}

template <class Detector>
class ChangePoint : public testing::Test {
 public:
  int32_t sample(double level, double noise) {
    return static_cast<int32_t>(std::lround(256 * (level + noise * normal(random))));
  }

  // Samples from the change on until the alarm; 0: none within 40.
  int delay(double noise, double step) {
    Detector detector;
    detector.restart(0);
    for (int i = 0; i < 40; ++i) static_cast<void>(detector.add(sample(0, noise)));
    for (int i = 1; i <= 40; ++i) {
      if (detector.add(sample(step, noise))) return i;
    }
    return 0;
  }

  std::mt19937 random{1};
  std::normal_distribution<double> normal;
};

struct Names {
  template <class T>
  static std::string GetName(int) {
    return std::is_same_v<T, Cusum> ? "Cusum" : "Bayesian";
  }
};
using Detectors = testing::Types<Cusum, BayesianChangePoint<>>;
TYPED_TEST_SUITE(ChangePoint, Detectors, Names);

TYPED_TEST(ChangePoint, FalseAlarmsAreRare) {
  for (const double noise : {0.02, 0.1, 0.2}) {
    TypeParam detector;
    detector.restart(0);
    int alarms = 0;
    for (int i = 0; i < 20'000; ++i) alarms += detector.add(this->sample(0, noise));
    std::printf("noise %.2f octaves: %d false alarms in 20,000 samples\n", noise, alarms);
    EXPECT_LE(alarms, 100) << noise;
  }
}

TYPED_TEST(ChangePoint, AStepIsSeenWithinThreeSamples) {
  for (const double noise : {0.02, 0.1, 0.2}) {
    for (const double step : {-4.0, -2.0, -1.0, 1.0, 2.0, 4.0}) {
      int late = 0;
      for (int trial = 0; trial < 200; ++trial) {
        const int delay = this->delay(noise, step);
        late += delay == 0 || delay > 3;
      }
      EXPECT_LE(late, 20) << "noise " << noise << ", step " << step;
    }
  }
}

TYPED_TEST(ChangePoint, AnySampleIsBearable) {
  TypeParam detector;
  detector.restart(INT32_MIN / 16);
  std::uniform_int_distribution<int32_t> any(INT32_MIN, INT32_MAX);
  for (int i = 0; i < 100'000; ++i) static_cast<void>(detector.add(any(this->random)));
  detector.restart(0);
  int alarms = 0;
  for (int i = 0; i < 100; ++i) alarms += detector.add(this->sample(0, 0.1));
  EXPECT_LE(alarms, 1) << "it works on";
}

TEST(Cusum, OneOutlierIsNoChange) {
  Cusum detector;
  detector.restart(0);
  for (int i = 0; i < 500; ++i) EXPECT_FALSE(detector.add(i % 25 == 24 ? 8 * 256 : i % 7 - 3)) << i;
}

}  // namespace
