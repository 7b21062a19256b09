// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "simulate/random.hpp"

// What one device's link is like over time. Times in microseconds since the start of the simulation.
namespace coinfer::simulate {

struct Segment {
  double end_us = 0.0;
  double us_per_byte = 0.0;  // above 0
  double round_trip_us = 0.0;
  bool up = true;  // false: nothing gets through
};

// Constant from one segment to the next; the last one goes on for ever.
class Trace {
 public:
  // At least one segment, with rising ends; the last one must be up.
  explicit Trace(std::vector<Segment> segments);

  const std::vector<Segment>& segments() const { return segments_; }
  const Segment& at(double time_us) const { return segments_[index_at(time_us)]; }

  // When the last of the bytes has been sent that begin at `start_us`. What a partition interrupts goes on
  // at the first retransmission after it: the timeouts double, as those of TCP.
  double sent_us(double start_us, double bytes) const;

  // How many bytes have been sent by `until_us`.
  double sent_bytes(double start_us, double until_us) const;

 private:
  std::size_t index_at(double time_us) const;
  double resumed_us(std::size_t down, double time_us) const;

  std::vector<Segment> segments_;
};

// Time after which an unacknowledged segment is sent again.
inline double retransmission_timeout_us(double round_trip_us) {
  constexpr double least = 200'000;
  return 2 * round_trip_us > least ? 2 * round_trip_us : least;
}

// Which TCP segments of an exchange get lost, each with the same probability.
class Losses {
 public:
  Losses(double probability, Random random);

  // Segments that arrive before the next one that does not.
  double arriving() const { return arriving_; }
  void pass(double segments) { arriving_ -= segments; }
  void lose();

 private:
  double probability_;
  Random random_;
  double arriving_ = 0.0;
};

inline constexpr double segment_bytes = 1460;

// As Trace::sent_us(), with losses. A lost segment is sent again: after one round trip where three more
// follow it (fast retransmit), else after the retransmission timeout. Nothing else is sent meanwhile.
double transfer_end_us(const Trace& trace, double start_us, double bytes, Losses& losses);

}  // namespace coinfer::simulate
