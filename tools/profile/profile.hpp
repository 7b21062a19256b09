// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"

// What the stages of one network were measured to take, on the device and on the edge peer: a JSON file that
// several runs fill.
namespace coinfer::profile {

inline constexpr int format = 1;
inline constexpr double longest_us = 1e9;  // of a measurement

// Microseconds of one thing, from several repetitions after a warm-up.
struct Measurement {
  double median_us = 0.0;
  double low_us = 0.0;   // 10th percentile
  double high_us = 0.0;  // 90th percentile
};

// Every stage on one machine, each alone.
struct DeviceRun {
  std::string machine;  // whatever the user calls it
  std::string kernels;
  int repetitions = 0;  // of a prediction: none
  std::vector<Measurement> stages;
  // Nothing was measured: mean relative error of such predictions.
  std::optional<double> predicted_mape = std::nullopt;
};

// Every tail on one machine: [exit][split]; absent where the head answers that exit, or cannot be cut there.
struct EdgeRun {
  std::string machine;
  std::string kernels;
  int repetitions = 0;
  std::vector<std::vector<std::optional<Measurement>>> tails;
};

// Which network it is; a profile from before exits were written has only the identity.
struct Network {
  std::string model;
  std::string identity;  // hexadecimal
  std::string exits;     // as --exits takes them
  std::string rounding;  // as --rounding
};
Network network_of(const graph::Graph& graph);

struct Profile {
  Network network;
  std::optional<DeviceRun> device;
  std::optional<EdgeRun> edge;
};

std::string to_json(const Profile& profile);

// Throw files::FileError naming the file and what is wrong: no JSON, another format, another network,
// numbers that are none.
Network read_network(const std::filesystem::path& path);
Profile read(const std::filesystem::path& path, const graph::Graph& graph);

}  // namespace coinfer::profile
