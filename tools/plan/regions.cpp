// SPDX-License-Identifier: Apache-2.0
#include "plan/regions.hpp"

#include <cmath>

namespace coinfer::plan {
namespace {

Conditions at_bandwidth(const Plan& plan, double bits) {
  Conditions conditions = plan.box.low;
  conditions.us_per_byte = us_per_byte(bits);
  return conditions;
}

int chosen_at(const Plan& plan, double bits) {
  return choose(plan.kept, plan.setting, at_bandwidth(plan, bits), LinkState::warm).candidate;
}

}  // namespace

std::vector<Region> regions(const Plan& plan) {
  const double low = bits_per_second(plan.box.high.us_per_byte);
  const double high = bits_per_second(plan.box.low.us_per_byte);
  constexpr int steps = 400;
  std::vector<Region> found = {{low, low, chosen_at(plan, low)}};
  double before = low;
  for (int i = 1; i <= steps; ++i) {
    const double bits = low * std::pow(high / low, double{1} * i / steps);
    if (chosen_at(plan, bits) != found.back().candidate) {
      double left = before;
      double right = bits;
      for (int k = 0; k < 40; ++k) {
        const double middle = std::sqrt(left * right);
        (chosen_at(plan, middle) == found.back().candidate ? left : right) = middle;
      }
      found.back().to = right;
      found.push_back({right, right, chosen_at(plan, bits)});
    }
    before = bits;
  }
  found.back().to = high;
  return found;
}

double latency_ms(const Plan& plan, int candidate, double bits) {
  const Costs cost = costs(plan.kept[static_cast<std::size_t>(candidate)], plan.setting, LinkState::warm);
  return value(cost.expected_us, at_bandwidth(plan, bits)) / 1000;
}

}  // namespace coinfer::plan
