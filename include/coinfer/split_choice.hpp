// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/split_table.hpp"

// Which candidate of a split table is best under the present conditions: one scan, 32-bit integers. What
// takes longer than detail::most_units counts as that long; the table's units are such that only hopeless
// candidates do.
COINFER_CODE_BEGIN
namespace coinfer {

// As estimated when the choice is made.
struct Conditions {
  uint32_t byte_time_q8 = 0;  // ns to send a byte, 8 fractional bits
  uint32_t round_trip_us = 0;
  uint32_t wait_us = 0;      // in the edge peer's queue
  uint32_t load_q10 = 1024;  // the edge peer's computation takes this much longer, 1024 = as profiled
  LinkState link = LinkState::warm;
};

constexpr uint32_t byte_time_q8(uint32_t kilobits_per_second) {
  return kilobits_per_second == 0 ? UINT32_MAX : 2'048'000'000U / kilobits_per_second;
}

inline constexpr uint8_t no_candidate = 0xFF;

struct SplitChoice {
  uint8_t candidate = no_candidate;  // no_candidate: the link is down and each candidate needs it
  bool in_time = false;              // false with a deadline: this is the fastest, and late
};

namespace detail {

inline constexpr uint32_t most_units = (1U << 30) - 1;  // the sum of four of them has 32 bits
inline constexpr uint32_t hopeless = most_units + 1;    // all that takes longer

constexpr uint32_t capped(uint64_t value) {
  return value > most_units ? most_units : static_cast<uint32_t>(value);
}

// A factor with 32 fractional bits, for values up to most_units.
struct Factor {
  uint32_t whole;
  uint32_t fraction;

  // value / 2^bits.
  static constexpr Factor of(uint64_t value, int bits) {
    if (bits < 32 && value >> (32 + bits) != 0) return {UINT32_MAX, UINT32_MAX};
    const uint64_t q32 = bits < 32 ? value << (32 - bits) : value >> (bits - 32);
    return {static_cast<uint32_t>(q32 >> 32), static_cast<uint32_t>(q32)};
  }
  constexpr uint32_t times(uint32_t value) const {
    const auto product = static_cast<uint32_t>((static_cast<uint64_t>(value) * fraction) >> 32);
    return whole == 0 ? product : capped(static_cast<uint64_t>(value) * whole + product);
  }
};

// Of a value, a part given as of `always`.
constexpr uint32_t part(uint32_t value, uint16_t share) {
  return share == always ? value : Factor::of(share, 15).times(value);
}

}  // namespace detail

// Conditions in the units of one table.
class ScaledConditions {
 public:
  constexpr ScaledConditions(const SplitTable& table, const Conditions& now)
      : table_(table),
        byte_time_(detail::Factor::of(now.byte_time_q8, 8 + table.time_shift)),
        load_(detail::Factor::of(now.load_q10, 10 + table.tail_bits)),
        byte_energy_(detail::Factor::of(static_cast<uint64_t>(table.send_energy) * now.byte_time_q8,
                                        8 + table.energy_bits)),
        wait_energy_(detail::Factor::of(static_cast<uint64_t>(table.wait_energy) << table.time_shift,
                                        table.energy_bits)),
        link_up_(now.link != LinkState::down) {
    uint64_t wait = uint64_t{time(now.round_trip_us)} + time(now.wait_us);
    if (now.link == LinkState::resumable || now.link == LinkState::cold) {
      const HandshakeCost& cost = now.link == LinkState::cold ? table.full : table.resumed;
      wait += uint64_t{time(now.round_trip_us)} * cost.round_trips + cost.compute;
      handshake_bytes_ = cost.bytes;
    }
    wait_ = detail::capped(wait);
    latency_ = detail::capped(uint64_t{wait_} + byte_time_.times(handshake_bytes_));
  }

  constexpr bool link_up() const { return link_up_; }

  constexpr uint32_t time(uint32_t us) const {
    return detail::capped((static_cast<uint64_t>(us) * 1000) >> table_.time_shift);
  }

  // Latency in the worst case.
  constexpr uint32_t worst(const SplitCandidate& c) const {
    if (c.offload == 0) return c.compute;
    uint32_t until_sent = c.compute + byte_time_.times(c.bytes);
    if (c.overlap != 0) {
      const SplitOverlap& overlap = table_.overlaps[c.overlap - 1];
      const uint32_t by_link = overlap.compute + byte_time_.times(overlap.bytes);
      if (by_link > until_sent) until_sent = by_link;
    }
    const uint32_t sum = until_sent + latency_ + load_.times(c.tail);
    return sum < detail::hopeless ? sum : detail::hopeless;
  }

  // Expected latency. `worst`: worst(c).
  constexpr uint32_t expected(const SplitCandidate& c, uint32_t worst) const {
    return detail::part(c.compute, c.expected) + detail::part(worst - c.compute, c.offload);
  }

  // Expected energy.
  constexpr uint32_t energy(const SplitCandidate& c) const {
    if (c.offload == 0) return c.energy;
    const uint32_t bytes = c.overlap != 0 ? table_.overlaps[c.overlap - 1].bytes : c.bytes;
    const uint32_t waiting = detail::capped(uint64_t{wait_} + load_.times(c.tail));
    return c.energy + detail::part(byte_energy_.times(detail::capped(uint64_t{bytes} + handshake_bytes_)) +
                                       wait_energy_.times(waiting),
                                   c.offload);
  }

 private:
  const SplitTable& table_;
  detail::Factor byte_time_;  // time units a byte
  detail::Factor load_;
  detail::Factor byte_energy_;
  detail::Factor wait_energy_;
  uint32_t wait_ = 0;  // round trip, queue and what a handshake computes
  uint32_t handshake_bytes_ = 0;
  uint32_t latency_ = 0;  // both
  bool link_up_;
};

inline constexpr uint32_t no_reserve = UINT32_MAX;

// Which candidates to look at, and how.
struct Preference {
  // What is in use now: another candidate that needs the link counts as 1/16 slower and dearer, so that noise
  // in the conditions does not make the choice swing. no_candidate: all are equal.
  uint8_t present = no_candidate;
  bool only_link = false;            // leave out what does not need the link
  uint8_t only_exit = no_candidate;  // leave out other exits; no_candidate: none
  // For a session that finishes on the device when the edge peer does not answer in time: it waits until
  // such a finish, and this long, are left before the deadline, and an answer after that comes too late.
  // no_reserve: whatever asks waits until the deadline.
  uint32_t reserve_us = no_reserve;
};

namespace detail {

// What a session keeps free to finish an inference on the device, in the units of a table. Of exits that it
// cannot finish in time, and of the ninth and later ones, nothing: there the edge peer has all the time.
class FinishReserve {
 public:
  constexpr FinishReserve(const SplitTable& table, uint32_t reserve, uint32_t deadline) : reserve_(reserve) {
    if (deadline == 0) return;
    for (uint8_t i = 0; i < table.candidate_count; ++i) {
      const SplitCandidate& c = table.candidates[i];
      if (c.offload != 0 || c.exit >= most_exits || c.compute > deadline) continue;
      uint32_t& whole = whole_[c.exit];
      if (whole == 0 || c.compute < whole) whole = c.compute;
    }
  }
  // After the head of `c`.
  constexpr uint32_t of(const SplitCandidate& c) const {
    if (c.offload == 0 || c.exit >= most_exits || whole_[c.exit] <= c.compute) return 0;
    return whole_[c.exit] - c.compute + reserve_;
  }

 private:
  static constexpr uint8_t most_exits = 8;
  uint32_t reserve_;
  uint32_t whole_[most_exits] = {};  // of the whole exit on the device; 0: not in time, or not in the table
};

}  // namespace detail

// Feasible is what is in time in the worst case, best is what the objective expects; where nothing is in
// time, the fastest in the worst case. The first one wins a tie. `deadline_us`: 0 = none; one longer than
// most_units counts as that long.
constexpr SplitChoice choose_split(const SplitTable& table, const Conditions& now, uint32_t deadline_us,
                                   const Preference& preference = {}) {
  const ScaledConditions conditions(table, now);
  const uint32_t deadline = deadline_us == 0 ? UINT32_MAX : conditions.time(deadline_us);
  const bool reserves = deadline_us != 0 && preference.reserve_us != no_reserve;
  const detail::FinishReserve finish(table, reserves ? conditions.time(preference.reserve_us) : 0,
                                     reserves ? deadline : 0);
  SplitChoice choice;
  uint32_t least_cost = 0;
  uint16_t most_accuracy = 0;
  for (uint8_t i = 0; i < table.candidate_count; ++i) {
    const SplitCandidate& candidate = table.candidates[i];
    const bool uses_link = candidate.offload != 0;
    if (uses_link ? !conditions.link_up() : preference.only_link) continue;
    if (preference.only_exit != no_candidate && candidate.exit != preference.only_exit) continue;
    const uint32_t worst = conditions.worst(candidate);
    const bool is_new = uses_link && preference.present != no_candidate && i != preference.present;
    uint32_t needed = worst;
    if (is_new) needed += worst / 16;
    if (reserves) needed += finish.of(candidate);
    const bool in_time = needed <= deadline;
    uint16_t accuracy = 0;
    uint32_t cost = worst;
    if (in_time) {
      if (table.objective == Objective::accuracy) accuracy = candidate.accuracy;
      cost = table.objective == Objective::energy ? conditions.energy(candidate)
                                                  : conditions.expected(candidate, worst);
    }
    if (is_new) cost += cost / 16;
    bool better = choice.candidate == no_candidate || in_time > choice.in_time;
    if (!better && in_time == choice.in_time) {
      better = accuracy > most_accuracy || (accuracy == most_accuracy && cost < least_cost);
    }
    if (better) {
      choice.candidate = i;
      choice.in_time = in_time;
      least_cost = cost;
      most_accuracy = accuracy;
    }
  }
  return choice;
}

}  // namespace coinfer
COINFER_CODE_END
