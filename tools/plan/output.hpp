// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "graph/graph.hpp"
#include "plan/table.hpp"

namespace coinfer::plan {

// What is written about one plan.
struct Plan {
  const graph::Graph& graph;
  const std::vector<Candidate>& kept;  // in the order of the table
  std::size_t considered = 0;
  const Table& table;
  Setting setting;
  Box box;
  std::string provenance;               // how it was made: profile and options
  std::vector<double> stage_energy_uj;  // empty: the device's power is not known
};

// The table as a constant of namespace `name`, to be included beside <name>_model.hpp.
std::string table_header(const Plan& plan, const std::string& name);

// The same for the edge peer and for other programs; real numbers beside those of the device.
std::string table_json(const Plan& plan);

// What is chosen over the range of bandwidths, other conditions at their best.
std::string plan_text(const Plan& plan);

// A gnuplot script: latency against bandwidth, one line for each kept candidate, the chosen one's region
// labelled. `output` is the SVG or PNG file that it makes.
std::string plot_script(const Plan& plan, const std::string& output);

}  // namespace coinfer::plan
