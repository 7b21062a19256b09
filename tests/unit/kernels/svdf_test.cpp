// SPDX-License-Identifier: Apache-2.0
// SVDF over several steps.
#include <algorithm>
#include <cmath>
#include <deque>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

template <class Rule>
void check_steps(Random& random) {
  Svdf p;
  p.in.channels = random.between(1, 12);
  p.out.channels = random.between(1, 5);
  p.rank = random.between(1, 3);
  p.memory = random.between(1, 5);
  p.in_zero_point = random.zero_point();
  p.out_zero_point = random.zero_point();
  p.feature_multiplier = p.multiplier = 1 << 30;  // exact halves: no rounding of a rounding
  p.feature_shift = random.between(-2, 1);
  p.shift = random.between(-8, -4);
  if (random.one_in(3)) p.state_clamp = {-128, 127};
  const auto count = static_cast<std::size_t>(p.filters());
  const auto feature = random.elements<std::int8_t>(p.filters() * p.in.channels);
  std::vector<std::int16_t> time(count * static_cast<std::size_t>(p.memory));
  for (auto& value : time) value = static_cast<std::int16_t>(random.between(-50, 50));
  std::vector<std::int32_t> bias(static_cast<std::size_t>(p.out.channels));
  for (auto& value : bias) value = random.between(-1000, 1000);
  const SvdfWeights weights{feature.data(), time.data(), bias.data()};

  std::vector<std::int16_t> state(static_cast<std::size_t>(p.state_bytes()) / 2);
  std::vector<std::deque<double>> past(count, std::deque<double>(static_cast<std::size_t>(p.memory)));
  std::vector<std::int8_t> out(bias.size());
  for (int step = 0; step < 8; ++step) {
    const auto in = random.elements<std::int8_t>(p.in.channels);
    kernels::Reference::svdf_s8<Rule>(p, weights, whole_tensor<const std::int8_t>(in.data(), p.in),
                                      whole_tensor(out.data(), p.out), state.data(), {});
    std::vector<double> sums(bias.begin(), bias.end());
    for (std::size_t f = 0; f < count; ++f) {
      double product = 0;
      for (std::size_t i = 0; i < in.size(); ++i)
        product += feature[f * in.size() + i] * (in[i] - p.in_zero_point);
      // What the kernel stored is the product, rounded and clamped; from there on exact.
      const double newest = state[(f + 1) * static_cast<std::size_t>(p.memory) - 1];
      const double wanted =
          std::clamp(product * std::ldexp(1.0, p.feature_shift - 1), static_cast<double>(p.state_clamp.min),
                     static_cast<double>(p.state_clamp.max));
      ASSERT_NEAR(newest, wanted, 1) << "filter " << f << ", step " << step;
      past[f].pop_front();
      past[f].push_back(newest);
      for (std::size_t i = 0; i < past[f].size(); ++i) {
        sums[f / static_cast<std::size_t>(p.rank)] += time[f * past[f].size() + i] * past[f][i];
      }
    }
    for (std::size_t u = 0; u < out.size(); ++u) {
      const double value = sums[u] * std::ldexp(1.0, p.shift - 1) + p.out_zero_point;
      ASSERT_NEAR(out[u], std::clamp(value, -128.0, 127.0), 1) << "unit " << u << ", step " << step;
    }
  }
}

TEST(Specification, SvdfWeighsTheLastSteps) {
  for_random_cases([](Random& random) { check_steps<rounding::Double>(random); });
  for_random_cases([](Random& random) { check_steps<rounding::Single>(random); });
}

}  // namespace
}  // namespace coinfer::test
