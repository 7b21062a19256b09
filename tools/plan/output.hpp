// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

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
  std::vector<Candidate> baselines;     // on the device alone or the edge peer alone, and not worth keeping

  double send_uj_per_byte(const Conditions& conditions) const {
    return setting.send_mw / 1000 * conditions.us_per_byte;
  }
};

// The table as a constant of namespace `name`, to be included beside <name>_model.hpp.
std::string table_header(const Plan& plan, const std::string& name);

// The same for the edge peer and for other programs; real numbers beside those of the device.
std::string table_json(const Plan& plan);

// What is chosen over the range of bandwidths, other conditions at their best.
std::string plan_text(const Plan& plan);

// A page for a browser: the choice under conditions that its reader sets, and why it is that one. It holds
// table_json(), loads nothing and works without a network.
std::string report_html(const Plan& plan);

// A gnuplot script: latency against bandwidth, one line for each kept candidate, the chosen one's region
// labelled. `output` is the SVG or PNG file that it makes.
std::string plot_script(const Plan& plan, const std::string& output);

}  // namespace coinfer::plan
