// SPDX-License-Identifier: Apache-2.0
#include "plan/cost_model.hpp"

#include <algorithm>
#include <tuple>

namespace coinfer::plan {
namespace {

Affine scaled(const Affine& a, double factor) {
  return {a.constant * factor,
          {a.factor.us_per_byte * factor, a.factor.round_trip_us * factor, a.factor.wait_us * factor,
           a.factor.load * factor}};
}

Affine sum(const Affine& a, const Affine& b) {
  return {a.constant + b.constant,
          {a.factor.us_per_byte + b.factor.us_per_byte, a.factor.round_trip_us + b.factor.round_trip_us,
           a.factor.wait_us + b.factor.wait_us, a.factor.load + b.factor.load}};
}

Affine constant(double value) { return {value, {0.0, 0.0, 0.0, 0.0}}; }
Affine transfer(double bytes) { return {0.0, {bytes, 0.0, 0.0, 0.0}}; }

const Handshake* handshake(const Setting& setting, LinkState link) {
  if (link == LinkState::resumable) return &setting.resumed;
  return link == LinkState::cold ? &setting.full : nullptr;
}

// From the last byte sent to the answer.
Affine waiting(const Candidate& c, const Handshake* opening) {
  Affine wait = {0.0, {0.0, 1.0, 1.0, c.tail_us}};
  if (opening != nullptr) wait = sum(wait, {opening->compute_us, {0.0, opening->round_trips, 0.0, 0.0}});
  return wait;
}

}  // namespace

double value(const Maximum& cost, const Conditions& conditions) {
  double largest = cost.front().at(conditions);
  for (const Affine& part : cost) largest = std::max(largest, part.at(conditions));
  return largest;
}

Costs costs(const Candidate& c, const Setting& setting, LinkState link) {
  if (!c.uses_link()) {
    return {{constant(c.forms[0].compute_us)}, {constant(c.expected_compute_us)}, {constant(c.energy_uj)}};
  }
  const Handshake* const opening = handshake(setting, link);
  const Affine wait = waiting(c, opening);
  const Affine opening_transfer = transfer(opening != nullptr ? opening->bytes : 0.0);
  Costs costs;
  double most_bytes = 0.0;
  for (const Form& form : c.forms) {
    if (&form != &c.forms[0] && form.bytes == 0.0) continue;
    const Affine on_link = sum(sum(transfer(form.bytes), opening_transfer), wait);
    const double device_us =
        form.compute_us - c.forms[0].compute_us;  // the link starts earlier in the second
    costs.worst_us.push_back(sum(constant(form.compute_us), on_link));
    costs.expected_us.push_back(
        sum(constant(c.expected_compute_us), scaled(sum(constant(device_us), on_link), c.offload)));
    most_bytes = form.bytes;
  }
  const Affine sending = scaled(sum(transfer(most_bytes), opening_transfer), setting.send_mw / 1000);
  const Affine listening = scaled(wait, setting.wait_mw / 1000);
  costs.energy_uj.push_back(sum(constant(c.energy_uj), scaled(sum(sending, listening), c.offload)));
  return costs;
}

Choice choose(const std::vector<Candidate>& candidates, const Setting& setting, const Conditions& conditions,
              LinkState link) {
  Choice best;
  std::tuple<bool, double, double> best_rank;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (candidate.uses_link() && link == LinkState::down) continue;
    const Costs cost = costs(candidate, setting, link);
    const double worst = value(cost.worst_us, conditions);
    const bool in_time = setting.deadline_us == 0.0 || worst <= setting.deadline_us;
    std::tuple<bool, double, double> rank = {!in_time, 0.0, worst};
    if (in_time && setting.objective == Objective::energy) {
      rank = {false, 0.0, value(cost.energy_uj, conditions)};
    } else if (in_time) {
      const double inaccuracy = setting.objective == Objective::accuracy ? 1.0 - candidate.accuracy : 0.0;
      rank = {false, inaccuracy, value(cost.expected_us, conditions)};
    }
    if (best.candidate < 0 || rank < best_rank) {
      best_rank = rank;
      best = {static_cast<int>(i), in_time};
    }
  }
  return best;
}

}  // namespace coinfer::plan
