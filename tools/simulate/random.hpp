// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>

namespace coinfer::simulate {

// SplitMix64: the same numbers with every standard library, unlike the distributions of <random>.
class Random {
 public:
  // One stream for each list of numbers.
  Random(std::initializer_list<std::uint64_t> keys) {
    for (const std::uint64_t key : keys) state_ = next() ^ (key * 0x9E3779B97F4A7C15U);
  }

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  // Uniform in (0, 1).
  double uniform() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52; }
  double exponential(double mean) { return -mean * std::log(uniform()); }
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }
  // Uniform in [0, count).
  std::size_t index(std::size_t count) {
    return static_cast<std::size_t>(uniform() * static_cast<double>(count)) % count;
  }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace coinfer::simulate
