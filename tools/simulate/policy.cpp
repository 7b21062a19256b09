// SPDX-License-Identifier: Apache-2.0
#include "simulate/policy.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <tuple>

#include "simulate/bandwidth_meter.hpp"

namespace coinfer::simulate {
namespace {

// Always the same way.
class Fixed : public Policy {
 public:
  explicit Fixed(int way) : way_(way) {}
  int choose(const Now& /*now*/) override { return way_; }

 private:
  int way_;
};

// Index of the best of the ways that `suits`; the first one wins a tie.
template <class Suits, class Cost>
int least(const std::vector<Way>& ways, const Suits& suits, const Cost& cost, const char* what) {
  int best = -1;
  double least_cost = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (!suits(ways[i]) || cost(ways[i]) >= least_cost) continue;
    best = static_cast<int>(i);
    least_cost = cost(ways[i]);
  }
  if (best < 0) throw std::invalid_argument(std::string("no way to answer is left for the policy ") + what);
  return best;
}

int device_only(const Scenario& scenario) {
  return least(
      scenario.ways,
      [&](const Way& way) { return !way.cost.uses_link() && way.cost.exit == scenario.deepest_exit; },
      [](const Way& way) { return way.head_us; }, "device-only");
}

int edge_raw(const Scenario& scenario) {
  return least(
      scenario.ways,
      [&](const Way& way) { return way.cost.split == 0 && way.cost.exit == scenario.deepest_exit; },
      [](const Way&) { return 0.0; }, "edge-raw");
}

// Shao and Zhang, step 1: the end of a block that does not send more than the input, with the least latency
// at the nominal bandwidth.
int shao(const Scenario& scenario) {
  const double bits = scenario.nominal_bits_per_second;
  return least(
      scenario.ways, [&](const Way& way) { return way.block_end && way.cost.exit == scenario.deepest_exit; },
      [&](const Way& way) {
        return BandwidthMeter::latency_at_us(way, scenario.nominal_round_trip_us, bits);
      },
      "shao");
}

// The common part of policies that measure the bandwidth.
class Measuring : public Policy {
 public:
  explicit Measuring(const Scenario& scenario) : scenario_(scenario), meter_(scenario) {}

  void learn(const Answer& answer, const Way& way, double now_us) override {
    meter_.learn(answer, way, now_us);
  }
  void measured(double bits_per_second, double now_us) override { meter_.set(bits_per_second, now_us); }
  bool measures() const override { return true; }

 protected:
  const Scenario& scenario_;
  BandwidthMeter meter_;
};

// Kang et al., ASPLOS 2017: for each query the split with the least latency, or energy, at the bandwidth that
// was measured last.
class Neurosurgeon : public Measuring {
 public:
  using Measuring::Measuring;
  int choose(const Now& now) override {
    meter_.know_round_trip(now.round_trip_us);
    return least(
        scenario_.ways, [&](const Way& way) { return way.cost.exit == scenario_.deepest_exit; },
        [&](const Way& way) {
          return scenario_.setting.objective == Objective::energy ? meter_.energy_uj(way)
                                                                  : meter_.latency_us(way);
        },
        "neurosurgeon");
  }
};

// Li et al., Edge Intelligence, 2018, Algorithm 1: the most accurate exit whose best split is in time. Where
// none is (the paper has no answer then) the fastest.
class EdgentStatic : public Measuring {
 public:
  using Measuring::Measuring;
  int choose(const Now& now) override {
    meter_.know_round_trip(now.round_trip_us);
    const auto latency = [&](const Way& way) { return meter_.latency_us(way); };
    const double deadline_us = scenario_.setting.deadline_us;
    for (int exit = scenario_.deepest_exit; exit >= 0; --exit) {
      const auto of_exit = [exit](const Way& way) { return way.cost.exit == exit; };
      if (std::ranges::none_of(scenario_.ways, of_exit)) continue;  // below the accuracy floor
      const int best = least(scenario_.ways, of_exit, latency, "edgent-static");
      if (deadline_us == 0.0 || latency(scenario_.ways[static_cast<std::size_t>(best)]) <= deadline_us)
        return best;
    }
    return least(
        scenario_.ways, [](const Way&) { return true; }, latency, "edgent-static");
  }
};

// Every way tried against what will happen, by the rules of choose_split().
class Oracle : public Policy {
 public:
  Oracle(const Scenario& scenario, const Foresight& foresight) : scenario_(scenario), foresight_(foresight) {}

  int choose(const Now& /*now*/) override {
    const plan::Setting& setting = scenario_.setting;
    int best = 0;
    std::tuple<bool, double, double> best_rank;
    for (std::size_t i = 0; i < scenario_.ways.size(); ++i) {
      const Way& way = scenario_.ways[i];
      const Foresight::Outcome outcome = foresight_.foresee(way);
      const bool late = setting.deadline_us != 0.0 && outcome.latency_us > setting.deadline_us;
      std::tuple<bool, double, double> rank = {late, 0.0, outcome.latency_us};
      if (!late && setting.objective == Objective::energy) {
        rank = {false, 0.0, outcome.energy_uj};
      } else if (!late && setting.objective == Objective::accuracy) {
        rank = {false, -way.cost.accuracy, outcome.latency_us};
      }
      if (i != 0 && rank >= best_rank) continue;
      best = static_cast<int>(i);
      best_rank = rank;
    }
    return best;
  }
  Waiting waiting() const override { return Waiting::foreseen; }

 private:
  const Scenario& scenario_;
  const Foresight& foresight_;
};

}  // namespace

const char* to_string(PolicyKind kind) {
  switch (kind) {
    case PolicyKind::ours:
      return "ours";
    case PolicyKind::device_only:
      return "device-only";
    case PolicyKind::edge_raw:
      return "edge-raw";
    case PolicyKind::edge_compressed:
      return "edge-compressed";
    case PolicyKind::shao:
      return "shao";
    case PolicyKind::neurosurgeon:
      return "neurosurgeon";
    case PolicyKind::edgent_static:
      return "edgent-static";
    case PolicyKind::edgent_dynamic:
      return "edgent-dynamic";
    case PolicyKind::oracle:
      return "oracle";
  }
  return "invalid policy";
}

std::unique_ptr<Policy> make_policy(PolicyKind kind, const Scenario& scenario, const Foresight& foresight) {
  switch (kind) {
    case PolicyKind::ours:
      return make_ours(scenario);
    case PolicyKind::device_only:
      return std::make_unique<Fixed>(device_only(scenario));
    case PolicyKind::edge_raw:
      return std::make_unique<Fixed>(edge_raw(scenario));
    case PolicyKind::edge_compressed:
      if (!scenario.compressed_input)
        throw std::invalid_argument("the policy edge-compressed needs the size of the compressed input");
      return std::make_unique<Fixed>(compressed_way);
    case PolicyKind::shao:
      return std::make_unique<Fixed>(shao(scenario));
    case PolicyKind::neurosurgeon:
      return std::make_unique<Neurosurgeon>(scenario);
    case PolicyKind::edgent_static:
      return std::make_unique<EdgentStatic>(scenario);
    case PolicyKind::edgent_dynamic:
      return make_edgent_dynamic(scenario);
    case PolicyKind::oracle:
      return std::make_unique<Oracle>(scenario, foresight);
  }
  throw std::invalid_argument("invalid policy");
}

}  // namespace coinfer::simulate
