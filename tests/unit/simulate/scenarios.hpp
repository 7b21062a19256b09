// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "random.hpp"
#include "simulate/result.hpp"
#include "simulate/trace_source.hpp"

namespace scenarios {

using namespace coinfer::simulate;
using coinfer::Objective;
using coinfer::test::Random;

// A network of even stages with exits at equal distances, features that shrink, and an edge peer that is a
// hundred times as fast.
inline Scenario network(int stages, int exits, double stage_us, double input_bytes) {
  Scenario scenario;
  for (int exit = 0; exit < exits; ++exit) {
    const int last = stages * (exit + 1) / exits;
    for (int split = 0; split <= last; ++split) {
      Way way;
      way.cost.split = split;
      way.cost.exit = exit;
      way.cost.accuracy = 0.9 + 0.09 * (exit + 1) / exits;
      way.head_us = split * stage_us;
      way.can_finish = true;
      way.finish_us = (last - split) * stage_us;
      way.finish_accuracy = way.cost.accuracy;
      way.cost.forms[0].compute_us = way.cost.expected_compute_us = way.head_us;
      way.cost.energy_uj = way.head_us * 0.1;
      if (split < last) {
        way.down_bytes = 120;
        way.up_bytes = std::round(input_bytes / (1 + split)) + 60;
        way.block_end = split > 0;
        way.cost.forms[0].bytes = way.up_bytes + way.down_bytes;
        way.cost.tail_us = way.finish_us / 100;
        way.cost.offload = 1.0;
      }
      scenario.ways.push_back(way);
    }
  }
  scenario.deepest_exit = exits - 1;
  scenario.active_mw = 100;
  scenario.setting.send_mw = 300;
  scenario.setting.wait_mw = 80;
  scenario.setting.resumed = {0, 500, 1};
  scenario.setting.full = {0, 2200, 2};
  scenario.socket_bytes = 2920;
  scenario.duration_us = 60e6;
  scenario.session.answer_timeout_us = scenario.session.connect_timeout_us = 1'000'000;
  scenario.session.ping_timeout_us = 1'000'000;
  scenario.session.backoff_min_us = 100'000;
  scenario.session.backoff_max_us = 500'000;
  return scenario;
}

// What is left: the links, and the table for them.
inline void connect(Scenario& scenario, const TraceSource& source, const Partitions& partitions,
                    int devices) {
  for (int device = 0; device < devices; ++device) {
    scenario.traces.push_back(
        source.make(scenario.duration_us, partitions, scenario.seed, static_cast<std::uint64_t>(device)));
  }
  scenario.box = box_of(scenario.traces);
  const coinfer::plan::Box& box = scenario.box;
  scenario.nominal_bits_per_second = 8e6 / std::sqrt(box.low.us_per_byte * box.high.us_per_byte);
  scenario.nominal_round_trip_us = (box.low.round_trip_us + box.high.round_trip_us) / 2;
  const std::array<std::uint8_t, 32> identity{};
  add_table(scenario, identity);
}

inline std::uint64_t frames_of(const Scenario& scenario) {
  return static_cast<std::uint64_t>(scenario.duration_us / 1e6 * scenario.frames_per_second) *
         scenario.traces.size();
}

}  // namespace scenarios
