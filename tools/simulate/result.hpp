// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "simulate/policy.hpp"

namespace coinfer::simulate {

// What became of all frames under one policy. Each frame is in one of the first five counts.
struct Result {
  PolicyKind policy = PolicyKind::ours;
  std::uint64_t at_edge = 0;     // answered by the edge peer
  std::uint64_t on_device = 0;   // answered by the device
  std::uint64_t unanswered = 0;  // given up
  std::uint64_t dropped = 0;     // came while the device was busy
  std::uint64_t unfinished = 0;  // under way at the end

  std::uint64_t on_time = 0;
  double on_time_accuracy_sum = 0.0;
  std::uint64_t late_though_feasible = 0;  // answered late by a Session that could have been in time alone
  std::array<std::uint64_t, cause_count> causes{};  // of answers on the device
  std::vector<float> latencies_us;                  // of each answer
  std::vector<float> given_up_us;                   // how long each of the unanswered was waited for
  std::vector<float> dropped_us;                    // of each dropped frame, until the device was free again
  double energy_uj = 0.0;
  double bytes = 0.0;
  std::uint64_t switches = 0;  // of the way to answer, from a frame to the next
  std::uint64_t full_handshakes = 0;
  std::uint64_t resumptions = 0;
  std::uint64_t returns = 0;       // of the edge peer's answers after a partition
  double longest_return_us = 0.0;  // from its end
  std::uint64_t events = 0;
  double cpu_seconds = 0.0;

  std::uint64_t frames() const { return at_edge + on_device + unanswered + dropped + unfinished; }
  std::uint64_t over() const { return at_edge + on_device + unanswered + dropped; }
  double on_time_accuracy() const { return over() == 0 ? 0.0 : on_time_accuracy_sum / double(over()); }
  double hit_rate() const { return over() == 0 ? 0.0 : double(on_time) / double(over()); }
  // An unanswered frame counts with the time it was waited for, a dropped one with the time until the device
  // was free again: else a policy would gain from what it is too slow for. 0 without any.
  double mean_latency_us() const;
  // `part` in (0, 1].
  double percentile_us(double part) const;
  // Of those in time; infinite without any.
  double energy_per_answer_uj() const;
  double bytes_per_frame() const { return over() == 0 ? 0.0 : bytes / double(over()); }
};

// How much worse than the oracle, as a fraction of the oracle's. By objective: mean latency; on-time
// accuracy; energy per answer in time.
double regret(const Result& result, const Result& oracle, Objective objective);

Result simulate(const Scenario& scenario, PolicyKind policy);

}  // namespace coinfer::simulate
