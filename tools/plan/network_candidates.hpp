// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "plan/cost_model.hpp"
#include "profile/profile.hpp"

// All ways to answer that a device may be built for, with their costs.
namespace coinfer::plan {

enum class Fallback { full, exit, none };

struct Limits {
  double accuracy_floor = 0.0;                     // of an exit
  std::optional<std::int64_t> ram_bytes;           // of the device: arena, working memory, states
  std::optional<std::int64_t> flash_bytes;         // of the device: constants
  Fallback fallback = Fallback::full;              // what it must be able to answer alone
  std::optional<std::vector<int>> allowed_splits;  // 0 cuts before everything; absent: all
};

struct Inputs {
  const graph::Graph& graph;
  const profile::Profile& profile;  // with both sides
  std::vector<double> accuracy;     // by exit, fraction
  double active_mw = 0.0;           // of the device, while it computes
};

// Whether what crosses there is, or holds, an input of the network: as it is, or only rearranged or rescaled.
bool sends_input(const graph::Graph& graph, int split, int exit);

// Bytes on the wire for a feature and its answer, both ways: requests, framing and TLS 1.2 records included,
// as a session with 1 KiB of send buffer makes them.
double wire_bytes(std::int64_t feature_bytes, std::int64_t answer_bytes);

// Ordered by exit, then by split; the one with split = number of stages of its exit needs no link. Throws
// std::invalid_argument saying which limit leaves nothing, and what the nearest possible value is.
std::vector<Candidate> network_candidates(const Inputs& inputs, const Limits& limits);

}  // namespace coinfer::plan
