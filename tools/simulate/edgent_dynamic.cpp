// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "simulate/bandwidth_meter.hpp"
#include "simulate/change_detector.hpp"
#include "simulate/policy.hpp"

namespace coinfer::simulate {
namespace {

// Li et al., Edge AI, 2020, Algorithms 2 and 3: a map from bandwidth states to the way with the most reward,
// made offline, and looked up anew when the state is found to have changed.
class EdgentDynamic : public Policy {
 public:
  explicit EdgentDynamic(const Scenario& scenario)
      : meter_(scenario),
        low_(std::log(8e6 / scenario.box.high.us_per_byte)),
        high_(std::log(8e6 / scenario.box.low.us_per_byte)),
        detector_({.prior_mean = std::log(scenario.nominal_bits_per_second)}) {
    for (int state = 0; state < states; ++state)
      map_.push_back(best(scenario, std::exp(low_ + (high_ - low_) * state / (states - 1))));
    way_ = find(std::log(scenario.nominal_bits_per_second));
  }

  int choose(const Now& now) override {
    meter_.know_round_trip(now.round_trip_us);
    return way_;
  }
  void learn(const Answer& answer, const Way& way, double now_us) override {
    const double before_us = meter_.measured_at_us();
    meter_.learn(answer, way, now_us);
    if (meter_.measured_at_us() != before_us) look_up();
  }
  void measured(double bits_per_second, double now_us) override {
    meter_.set(bits_per_second, now_us);
    look_up();
  }
  bool measures() const override { return true; }

 private:
  static constexpr int states = 64;

  static int best(const Scenario& scenario, double bits_per_second) {
    int found = 0;
    double most_reward = -1.0;
    double least_latency_us = 0.0;
    for (std::size_t i = 0; i < scenario.ways.size(); ++i) {
      const Way& way = scenario.ways[i];
      const double latency_us =
          BandwidthMeter::latency_at_us(way, scenario.nominal_round_trip_us, bits_per_second);
      const bool in_time = scenario.setting.deadline_us == 0.0 || latency_us <= scenario.setting.deadline_us;
      const double throughput = 1e6 / std::max(latency_us, 1.0);  // 1/s
      const double reward = in_time ? std::exp(way.cost.accuracy) + throughput : 0.0;
      // Without any reward, the fastest.
      if (reward < most_reward || (reward == most_reward && latency_us >= least_latency_us)) continue;
      found = static_cast<int>(i);
      most_reward = reward;
      least_latency_us = latency_us;
    }
    return found;
  }

  int find(double logarithm) const {
    const double state = high_ > low_ ? (logarithm - low_) / (high_ - low_) * (states - 1) : 0.0;
    return map_[static_cast<std::size_t>(std::lround(std::clamp(state, 0.0, double{states - 1})))];
  }

  void look_up() {
    if (detector_.add(std::log(meter_.bits_per_second()))) way_ = find(detector_.mean());
  }

  BandwidthMeter meter_;
  double low_;  // logarithms of the bandwidth
  double high_;
  ChangeDetector detector_;
  std::vector<int> map_;  // by state
  int way_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_edgent_dynamic(const Scenario& scenario) {
  return std::make_unique<EdgentDynamic>(scenario);
}

}  // namespace coinfer::simulate
