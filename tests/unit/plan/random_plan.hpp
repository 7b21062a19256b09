// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "plan/output.hpp"
#include "random_case.hpp"
#include "tiny_graph.hpp"

// A plan to write down: candidates at random, under the names of a small network.
class RandomPlan {
 public:
  explicit RandomPlan(coinfer::test::Random& random, const std::string& model = "tiny") {
    using namespace coinfer::plan;
    Case made;
    while (made.candidates.empty()) made = random_case(random);
    graph_.name = model;
    for (Candidate& c : made.candidates) {
      c.split %= static_cast<int>(graph_.stages.size()) + 1;
      c.exit = 0;
    }
    setting_ = made.setting;
    box_ = made.box;
    considered_ = made.candidates.size();
    kept_ = reduce(made.candidates, setting_, box_);
    table_ = make_table(kept_, setting_, box_, graph_.identity, 1);
  }
  coinfer::plan::Plan plan() const {
    return {graph_, kept_, considered_, table_, setting_, box_, "made up", {}, {}};
  }

 private:
  coinfer::graph::Graph graph_ = tiny::load(tiny::classifier());
  coinfer::plan::Setting setting_;
  coinfer::plan::Box box_;
  std::size_t considered_ = 0;
  std::vector<coinfer::plan::Candidate> kept_;
  coinfer::plan::Table table_;
};
