// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/network_candidates.hpp"
#include "run/model_options.hpp"

// What 'coinfer plan' and 'coinfer simulate' need to know of a network and its devices.
namespace coinfer::plan {

struct PlanningOptions {
  run::ModelOptions model;
  std::filesystem::path profile;
  Setting setting;
  Limits limits;
  std::vector<double> accuracy;
  std::vector<double> handshake;  // us of both ends, bytes, round trips; empty: nothing
  std::vector<double> resumption;
  std::string allowed_splits;
  std::filesystem::path device;
  // Those of the device file, unless they are given.
  std::optional<std::int64_t> ram;
  std::optional<std::int64_t> flash;
  std::optional<double> active_mw;
  std::optional<double> send_mw;
  std::optional<double> wait_mw;
  double device_speed = 1.0;
};

void add_planning_options(CLI::App& command, PlanningOptions& options);

struct Planning {
  graph::Graph graph;
  profile::Profile profile;      // with both sides, the device as fast as asked for
  std::vector<double> accuracy;  // by exit
  Limits limits;
  Setting setting;
  std::optional<double> active_mw;  // absent: not known
  std::string device;               // name in the device file
};

// Throws std::invalid_argument naming the option, or what it is that reads the file throws.
Planning load_planning(const PlanningOptions& options);

}  // namespace coinfer::plan
