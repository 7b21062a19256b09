// SPDX-License-Identifier: Apache-2.0
#include "simulate/trace.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace coinfer::simulate {

Trace::Trace(std::vector<Segment> segments) : segments_(std::move(segments)) {
  if (segments_.empty() || !segments_.back().up)
    throw std::invalid_argument("a trace needs a last segment that is up");
  segments_.back().end_us = std::numeric_limits<double>::infinity();
  double end = 0.0;
  for (const Segment& segment : segments_) {
    if (!(segment.end_us > end && segment.us_per_byte > 0.0 && segment.round_trip_us >= 0.0))
      throw std::invalid_argument("a trace needs segments with rising ends and positive bandwidths");
    end = segment.end_us;
  }
}

std::size_t Trace::index_at(double time_us) const {
  const auto after = std::ranges::upper_bound(segments_, time_us, {}, &Segment::end_us);
  return static_cast<std::size_t>(after - segments_.begin());
}

double Trace::resumed_us(std::size_t down, double time_us) const {
  constexpr double longest_us = 60e6;
  double timeout_us = retransmission_timeout_us(segments_[down].round_trip_us);
  while (!segments_[down].up) ++down;
  const double healed_us = segments_[down - 1].end_us;
  do {
    time_us += timeout_us;
    timeout_us = std::min(2 * timeout_us, longest_us);
  } while (time_us < healed_us);
  return time_us;
}

double Trace::sent_us(double start_us, double bytes) const {
  double time_us = start_us;
  std::size_t i = index_at(time_us);
  while (true) {
    const Segment& segment = segments_[i];
    if (!segment.up) {
      time_us = resumed_us(i, time_us);
      i = index_at(time_us);
      continue;
    }
    const double end_us = time_us + bytes * segment.us_per_byte;
    if (end_us <= segment.end_us) return end_us;
    bytes = std::max(0.0, bytes - (segment.end_us - time_us) / segment.us_per_byte);
    time_us = segment.end_us;
    ++i;
  }
}

double Trace::sent_bytes(double start_us, double until_us) const {
  double bytes = 0.0;
  double time_us = start_us;
  std::size_t i = index_at(time_us);
  while (time_us < until_us) {
    const Segment& segment = segments_[i];
    if (!segment.up) {
      time_us = resumed_us(i, time_us);
      i = index_at(time_us);
      continue;
    }
    bytes += (std::min(segment.end_us, until_us) - time_us) / segment.us_per_byte;
    time_us = segment.end_us;
    ++i;
  }
  return bytes;
}

Losses::Losses(double probability, Random random) : probability_(probability), random_(random) { lose(); }

void Losses::lose() {
  arriving_ = probability_ > 0.0 ? std::floor(std::log(random_.uniform()) / std::log1p(-probability_))
                                 : std::numeric_limits<double>::infinity();
}

double transfer_end_us(const Trace& trace, double start_us, double bytes, Losses& losses) {
  constexpr double duplicates_needed = 3;
  double time_us = start_us;
  double segments = std::ceil(bytes / segment_bytes);
  while (losses.arriving() < segments) {
    const double arrived = losses.arriving();
    time_us = trace.sent_us(time_us, std::min(bytes, (arrived + 1) * segment_bytes));
    const double round_trip_us = trace.at(time_us).round_trip_us;
    const bool fast = segments - arrived - 1 >= duplicates_needed;
    time_us += fast ? round_trip_us : retransmission_timeout_us(round_trip_us);
    bytes -= arrived * segment_bytes;  // the lost one is left over
    segments -= arrived;
    losses.lose();
  }
  losses.pass(segments);
  return trace.sent_us(time_us, bytes);
}

}  // namespace coinfer::simulate
