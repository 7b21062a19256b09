// SPDX-License-Identifier: Apache-2.0
#include "simulate/result.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace coinfer::simulate {

double Result::mean_latency_us() const {
  std::size_t count = 0;
  double sum = 0.0;
  for (const std::vector<float>* part : {&latencies_us, &given_up_us, &dropped_us}) {
    count += part->size();
    for (const float latency : *part) sum += latency;
  }
  return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

double Result::energy_per_answer_uj() const {
  return on_time == 0 ? std::numeric_limits<double>::infinity() : energy_uj / static_cast<double>(on_time);
}

double Result::percentile_us(double part) const {
  std::vector<float> all = latencies_us;
  all.insert(all.end(), given_up_us.begin(), given_up_us.end());
  all.insert(all.end(), dropped_us.begin(), dropped_us.end());
  if (all.empty()) return 0.0;
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(all.size())));
  const auto place = all.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::ranges::nth_element(all, place);
  return *place;
}

double regret(const Result& result, const Result& oracle, Objective objective) {
  const auto relative = [](double more, double of) {
    if (of > 0.0) return more / of;
    return more > 0.0 ? std::numeric_limits<double>::infinity() : 0.0;
  };
  switch (objective) {
    case Objective::latency:
      return relative(result.mean_latency_us() - oracle.mean_latency_us(), oracle.mean_latency_us());
    case Objective::accuracy:
      return relative(oracle.on_time_accuracy() - result.on_time_accuracy(), oracle.on_time_accuracy());
    case Objective::energy:
      if (result.on_time == 0) return oracle.on_time == 0 ? 0.0 : std::numeric_limits<double>::infinity();
      return relative(result.energy_per_answer_uj() - oracle.energy_per_answer_uj(),
                      oracle.energy_per_answer_uj());
  }
  return 0.0;
}

}  // namespace coinfer::simulate
