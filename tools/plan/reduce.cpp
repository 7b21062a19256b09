// SPDX-License-Identifier: Apache-2.0
#include "plan/reduce.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>

namespace coinfer::plan {
namespace {

constexpr std::array<double Conditions::*, 4> dimensions = {
    &Conditions::us_per_byte, &Conditions::round_trip_us, &Conditions::wait_us, &Conditions::load};
constexpr int most_boxes = 2000;  // looked at for one candidate

// The criteria of one candidate in one state of the link.
struct Criteria {
  std::vector<Maximum> costs;
  double accuracy = 0.0;
};

Criteria criteria(const Candidate& candidate, const Setting& setting, LinkState link) {
  Costs all = costs(candidate, setting, link);
  const bool energy = setting.objective == Objective::energy;
  Criteria result;
  result.costs = {std::move(all.worst_us), energy ? std::move(all.energy_uj) : std::move(all.expected_us)};
  result.accuracy = setting.objective == Objective::accuracy ? candidate.accuracy : 0.0;
  return result;
}

double largest_difference(const Affine& a, const Affine& b, const Box& box) {
  double most = a.constant - b.constant;
  for (const auto dimension : dimensions) {
    const double factor = a.factor.*dimension - b.factor.*dimension;
    most += factor * (factor > 0.0 ? box.high : box.low).*dimension;
  }
  return most;
}

// a <= b everywhere in the box; may say no where it is so, with maxima of two.
bool never_above(const Maximum& a, const Maximum& b, const Box& box) {
  return std::ranges::all_of(a, [&](const Affine& part) {
    return std::ranges::any_of(
        b, [&](const Affine& other) { return largest_difference(part, other, box) <= 0.0; });
  });
}

bool no_worse(const Criteria& a, const Criteria& b, const Box& box) {
  if (a.accuracy < b.accuracy) return false;
  for (std::size_t i = 0; i < a.costs.size(); ++i) {
    if (!never_above(a.costs[i], b.costs[i], box)) return false;
  }
  return true;
}

// Half of the box along the dimension in which the candidate's costs vary most.
std::array<Box, 2> halves(const Box& box, const Criteria& of) {
  auto widest = dimensions[0];
  double most = -1.0;
  for (const auto dimension : dimensions) {
    double factor = 0.0;
    for (const Maximum& cost : of.costs) factor = std::max(factor, cost.front().factor.*dimension);
    const double weight = factor * (box.high.*dimension - box.low.*dimension);
    if (weight > most) {
      most = weight;
      widest = dimension;
    }
  }
  std::array<Box, 2> parts = {box, box};
  const double middle = (box.low.*widest + box.high.*widest) / 2;
  parts[0].high.*widest = middle;
  parts[1].low.*widest = middle;
  return parts;
}

Box middle(const Box& box) {
  Conditions center;
  for (const auto dimension : dimensions) center.*dimension = (box.low.*dimension + box.high.*dimension) / 2;
  return {center, center};
}

// Whether everywhere in the box one of the others is no worse. `boxes`: how many may still be looked at.
bool covered(const Criteria& candidate, const std::vector<const Criteria*>& others, const Box& box,
             int& boxes) {
  const auto beaten_in = [&](const Box& where) {
    return std::ranges::any_of(others,
                               [&](const Criteria* other) { return no_worse(*other, candidate, where); });
  };
  if (beaten_in(box)) return true;
  if (--boxes < 0 || !beaten_in(middle(box))) return false;
  const std::array<Box, 2> parts = halves(box, candidate);
  return covered(candidate, others, parts[0], boxes) && covered(candidate, others, parts[1], boxes);
}

}  // namespace

std::vector<Candidate> reduce(const std::vector<Candidate>& candidates, const Setting& setting,
                              const Box& box) {
  // By candidate, the criteria in each state of the link that allows it.
  std::vector<std::map<LinkState, Criteria>> known;
  for (const Candidate& candidate : candidates) {
    known.emplace_back();
    for (const LinkState link : {LinkState::warm, LinkState::resumable, LinkState::cold, LinkState::down}) {
      if (!candidate.uses_link() || link != LinkState::down)
        known.back()[link] = criteria(candidate, setting, link);
    }
  }
  std::vector<Candidate> kept = candidates;
  for (std::size_t i = 0; i < kept.size();) {
    const bool needed = std::ranges::any_of(known[i], [&](const auto& own) {
      const auto& [link, candidate] = own;
      std::vector<const Criteria*> others;
      for (std::size_t j = 0; j < kept.size(); ++j) {
        const auto other = known[j].find(link);
        if (j != i && other != known[j].end()) others.push_back(&other->second);
      }
      int boxes = most_boxes;
      return !covered(candidate, others, box, boxes);
    });
    if (needed) {
      ++i;
    } else {
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
      known.erase(known.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return kept;
}

}  // namespace coinfer::plan
