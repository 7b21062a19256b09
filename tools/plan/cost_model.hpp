// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "coinfer/split_table.hpp"

// What a candidate costs under given conditions, in real numbers: the model that the split table approximates
// in integers. Times in microseconds, energies in microjoules, powers in milliwatts.
namespace coinfer::plan {

struct Conditions {
  double us_per_byte = 0.0;  // 8 / (bandwidth in Mbit/s)
  double round_trip_us = 0.0;
  double wait_us = 0.0;  // in the edge peer's queue
  double load = 1.0;     // the edge peer's computation takes this many times longer
};

inline double us_per_byte(double bits_per_second) { return 8e6 / bits_per_second; }
inline double bits_per_second(double us_per_byte) { return 8e6 / us_per_byte; }

// A sum over the conditions: constant, and one factor for each.
struct Affine {
  double constant = 0.0;
  Conditions factor{0.0, 0.0, 0.0, 0.0};

  double at(const Conditions& c) const {
    return constant + factor.us_per_byte * c.us_per_byte + factor.round_trip_us * c.round_trip_us +
           factor.wait_us * c.wait_us + factor.load * c.load;
  }
};

// The largest of its parts.
using Maximum = std::vector<Affine>;
double value(const Maximum& cost, const Conditions& conditions);

struct Form {
  double compute_us = 0.0;
  double bytes = 0.0;

  bool operator==(const Form&) const = default;
};

// As SplitCandidate.
struct Candidate {
  int split = 0;
  int exit = 0;
  int codec = 0;
  int threshold = 0;
  std::array<Form, 2> forms;
  double expected_compute_us = 0.0;
  double tail_us = 0.0;
  double energy_uj = 0.0;
  double offload = 0.0;   // probability
  double accuracy = 1.0;  // fraction
  // Of a device that links this head and nothing else, where they are known.
  std::optional<std::int64_t> ram_bytes;
  std::optional<std::int64_t> flash_bytes;

  bool uses_link() const { return offload > 0.0; }
  bool operator==(const Candidate&) const = default;
};

struct Handshake {
  double compute_us = 0.0;
  double bytes = 0.0;
  double round_trips = 0.0;
};

// What is common to all candidates of a table.
struct Setting {
  Objective objective = Objective::latency;
  double deadline_us = 0.0;  // 0: none
  double send_mw = 0.0;      // on top of what the device always takes: while it sends, while it waits
  double wait_mw = 0.0;
  Handshake resumed;
  Handshake full;
};

struct Costs {
  Maximum worst_us;
  Maximum expected_us;
  Maximum energy_uj;
};

// Of a candidate that the link's state allows.
Costs costs(const Candidate& candidate, const Setting& setting, LinkState link);

// Index of the best one by the rules of choose_split(), -1 when the link is down and all of them need it.
struct Choice {
  int candidate = -1;
  bool in_time = false;
};
Choice choose(const std::vector<Candidate>& candidates, const Setting& setting, const Conditions& conditions,
              LinkState link);

}  // namespace coinfer::plan
