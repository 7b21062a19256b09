// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coinfer/session/options.hpp"
#include "graph/graph.hpp"
#include "plan/network_candidates.hpp"
#include "plan/table.hpp"
#include "simulate/edge_peer.hpp"
#include "simulate/trace.hpp"

namespace coinfer::simulate {

// A way to answer, and what a Session does with it.
struct Way {
  plan::Candidate cost;
  double up_bytes = 0.0;    // on the wire, to the edge peer
  double down_bytes = 0.0;  // on the wire, from it
  double head_us = 0.0;     // with what a local finish needs besides
  bool can_finish = false;  // the fallback class allows a local finish
  double finish_us = 0.0;   // after the head
  double finish_accuracy = 0.0;
  bool block_end = false;  // one tensor crosses, not larger than the input, and not the input
};

// The network's input, compressed by a codec of its domain.
struct CompressedInput {
  double bytes = 0.0;
  double accuracy = 0.0;
  double encode_us = 0.0;
};

enum class Detector { cusum, bayes };

// Everything but the policy: the same for all policies of a comparison.
struct Scenario {
  std::vector<Way> ways;  // by exit, then by split
  int deepest_exit = 0;
  std::optional<Way> compressed_input;
  plan::Setting setting;
  double active_mw = 0.0;
  plan::Table table;  // what the device chooses from
  plan::Box box;

  std::vector<Trace> traces;  // by device
  double duration_us = 0.0;
  double frames_per_second = 10.0;
  double loss = 0.0;  // probability of a TCP segment
  std::uint64_t seed = 1;
  double nominal_bits_per_second = 0.0;
  double nominal_round_trip_us = 0.0;
  double socket_bytes = 0.0;  // what the link takes from the session before it is sent
  EdgeOptions edge;
  SessionOptions session;
  Detector detector = Detector::cusum;
};

struct NetworkOptions {
  std::vector<double> accuracy;  // by exit
  plan::Limits limits;
  double active_mw = 0.0;
  std::optional<CompressedInput> compressed_input;
};

// Fills ways, deepest_exit and compressed_input.
void add_ways(Scenario& scenario, const graph::Graph& graph, const profile::Profile& profile,
              const NetworkOptions& options);

// Fills table from ways, setting and box.
void add_table(Scenario& scenario, std::span<const std::uint8_t, 32> identity);

// Whether the network takes one picture: 16 x 16 or more, 1 or 3 channels.
bool takes_image(const graph::Graph& graph);

// Of all traces.
plan::Box box_of(const std::vector<Trace>& traces);

}  // namespace coinfer::simulate
