// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <random>

#include "coinfer/split_choice.hpp"

namespace coinfer::test {

// What an exchange over a link takes, in the model of the split table and with some noise.
struct SimulatedLink {
  double kilobits_per_second = 1000;
  double round_trip_us = 10'000;
  double noise = 0.05;  // standard deviation of the logarithm
  std::mt19937 random{1};

  double exact_us(uint32_t bytes) const { return bytes * 8e3 / kilobits_per_second + round_trip_us; }
  uint32_t exchange_us(uint32_t bytes) {
    return static_cast<uint32_t>(exact_us(bytes) *
                                 std::exp(noise * std::normal_distribution<double>()(random)));
  }
  uint32_t ping_us() { return exchange_us(0); }
};

// As the estimate under test predicts it.
inline double predicted_us(const Conditions& now, uint32_t bytes) {
  return bytes * (now.byte_time_q8 / 256e3) + now.round_trip_us;
}

}  // namespace coinfer::test
