// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "plan/cost_model.hpp"

namespace coinfer::plan {

// Conditions from `low` to `high`, each on its own.
struct Box {
  Conditions low;
  Conditions high;
};

// The candidates that have to be kept: one is dropped only if everywhere in the box and in every state of the
// link that allows it, some other kept one is no worse in every criterion of the objective (worst-case
// latency; expected latency or energy; accuracy). Where that cannot be decided with little effort, it stays.
// In the given order.
std::vector<Candidate> reduce(const std::vector<Candidate>& candidates, const Setting& setting,
                              const Box& box);

}  // namespace coinfer::plan
