// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "simulate/result.hpp"

namespace coinfer::simulate {

// What is written about one comparison.
struct Report {
  std::string model;
  std::string trace;
  const Scenario& scenario;
  const std::vector<Result>& results;  // with the oracle's and ours
  std::vector<std::string> notes;      // what was left out, and why
};

// A table; where a baseline does better than ours, the number stands between two **.
std::string report_text(const Report& report);
std::string report_json(const Report& report);
std::string report_csv(const Report& report);

// A gnuplot script: how many frames were answered by a time, one line for each policy.
std::string report_plot(const Report& report, const std::string& output);

}  // namespace coinfer::simulate
