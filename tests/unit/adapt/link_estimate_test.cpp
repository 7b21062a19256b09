// SPDX-License-Identifier: Apache-2.0
// The estimate predicts exchanges of sizes that it has not seen, follows changes, and survives any number.
#include "coinfer/link_estimate.hpp"

#include <gtest/gtest.h>

#include "simulated_link.hpp"

namespace {

using coinfer::Conditions;
using coinfer::LinkEstimate;
using coinfer::test::predicted_us;
using coinfer::test::SimulatedLink;

constexpr Conditions start = {coinfer::byte_time_q8(2000), 5'000, 0, 1024, coinfer::LinkState::warm};

template <class Detector>
class LinkEstimates : public testing::Test {
 public:
  LinkEstimates() { estimate.begin(start); }
  void exchanges(int count, uint32_t bytes) {
    for (int i = 0; i < count; ++i) {
      changes += estimate.exchange(link.exchange_us(bytes), bytes);
      if (pings && estimate.wants_round_trip()) estimate.round_trip(link.ping_us());
    }
  }
  double off(uint32_t bytes) const {
    return predicted_us(estimate.conditions(), bytes) / link.exact_us(bytes) - 1;
  }

  LinkEstimate<Detector> estimate;
  SimulatedLink link;
  bool pings = true;
  int changes = 0;
};
using Detectors = testing::Types<coinfer::Cusum, coinfer::BayesianChangePoint<>>;
TYPED_TEST_SUITE(LinkEstimates, Detectors);

TYPED_TEST(LinkEstimates, OneExchangeAndOnePingTellBandwidthAndRoundTrip) {
  this->link.noise = 0;
  this->exchanges(1, 4000);
  EXPECT_NEAR(this->off(4000), 0, 0.001);
  EXPECT_NEAR(this->off(100), 0, 0.001);
  EXPECT_NEAR(this->off(100'000), 0, 0.001);
}

TYPED_TEST(LinkEstimates, PredictsOtherSizesWithinATenth) {
  for (const double kilobits_per_second : {50.0, 500.0, 20'000.0}) {
    this->link.kilobits_per_second = kilobits_per_second;
    this->exchanges(30, 3000);
    EXPECT_NEAR(this->off(3000), 0, 0.1) << kilobits_per_second;
    EXPECT_NEAR(this->off(500), 0, 0.2) << kilobits_per_second;
    EXPECT_NEAR(this->off(12'000), 0, 0.2) << kilobits_per_second;
  }
}

TYPED_TEST(LinkEstimates, WithoutAnyPingMixedSizesAreLearned) {
  this->pings = false;
  this->link.round_trip_us = 40'000;
  for (int i = 0; i < 200; ++i) this->exchanges(1, i % 2 == 0 ? 600 : 6000);
  EXPECT_NEAR(this->off(600), 0, 0.1);
  EXPECT_NEAR(this->off(6000), 0, 0.1);
}

TYPED_TEST(LinkEstimates, AStepIsFollowedInThreeExchanges) {
  for (const double factor : {0.1, 0.25, 4.0, 10.0}) {
    this->link.kilobits_per_second = 1000;
    this->exchanges(30, 4000);
    const int before = this->changes;
    this->link.kilobits_per_second *= factor;
    this->exchanges(3, 4000);
    EXPECT_GT(this->changes, before) << factor;
    EXPECT_NEAR(this->off(4000), 0, 0.2) << factor;
  }
}

TYPED_TEST(LinkEstimates, AGivenUpExchangeIsNewsOnlyBeyondWhatWasExpected) {
  this->link.noise = 0;
  this->exchanges(10, 4000);
  const Conditions before = this->estimate.conditions();
  const auto expected_us = static_cast<uint32_t>(this->link.exact_us(4000));
  this->estimate.gave_up(expected_us / 2, 4000);
  EXPECT_EQ(this->estimate.conditions().byte_time_q8, before.byte_time_q8);
  for (int i = 0; i < 3; ++i) this->estimate.gave_up(expected_us * 5, 4000);
  EXPECT_GT(predicted_us(this->estimate.conditions(), 4000), 4 * expected_us);
}

TYPED_TEST(LinkEstimates, LoadAndQueueAreAveraged) {
  for (int i = 0; i < 40; ++i) this->estimate.edge(2000 + i % 2 * 400, 3000, 1500);
  EXPECT_NEAR(this->estimate.conditions().wait_us, 2200, 100);
  EXPECT_NEAR(this->estimate.conditions().load_q10, 2048, 20);
  this->estimate.edge(2200, 3000, 0);  // not profiled
  EXPECT_NEAR(this->estimate.conditions().load_q10, 2048, 20);
}

TYPED_TEST(LinkEstimates, AnyNumberIsBearable) {
  auto& random = this->link.random;
  const auto any = [&] { return static_cast<uint32_t>(random()) >> (random() % 32); };
  for (int i = 0; i < 200'000; ++i) {
    switch (random() % 5) {
      case 0:
        this->estimate.exchange(any(), any());
        break;
      case 1:
        this->estimate.gave_up(any(), any());
        break;
      case 2:
        this->estimate.round_trip(any() | 1);
        break;
      case 3:
        this->estimate.edge(any(), any(), any());
        break;
      default:
        this->estimate.know_nothing();
    }
    ASSERT_NE(this->estimate.conditions().byte_time_q8, 0U);
  }
  this->estimate.know_nothing();
  this->exchanges(20, 4000);
  EXPECT_NEAR(this->off(4000), 0, 0.2) << "it works on";
}

}  // namespace
