// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/change_point.hpp"
#include "coinfer/compiler.hpp"
#include "coinfer/split_choice.hpp"

// The conditions, estimated from what a device's own inferences at the edge peer took. Integers only.
//
// One exchange takes bytes / bandwidth + round trip, and gives one number for both. A correction is shared
// out by how much each of them contributes, so that what is used often is soon predicted well; a ping tells
// the round trip alone, an exchange after it the bandwidth.
COINFER_CODE_BEGIN
namespace coinfer {

template <class Detector = Cusum>
class LinkEstimate {
 public:
  // `start`: the conditions to begin with. Its byte time counts as unknown, too, if it is 0.
  void begin(const Conditions& start) {
    now_ = start;
    if (now_.byte_time_q8 == 0) now_.byte_time_q8 = byte_time_q8(1000);
    if (now_.load_q10 == 0) now_.load_q10 = 1024;
    detector_.restart(0);
    know_nothing();
  }

  // The link was opened anew, perhaps on another path: the next exchange counts in full.
  void know_nothing() {
    known_ = edge_known_ = false;
    unsplit_us_ = 0;
    drift_ = 0;
  }

  const Conditions& conditions() const { return now_; }
  // The last exchange could not tell bandwidth from round trip.
  bool wants_round_trip() const { return unsplit_us_ != 0; }

  // Of a message without payload. [1, UINT32_MAX]
  void round_trip(uint32_t us) {
    now_.round_trip_us = us;
    if (unsplit_us_ == 0) return;
    solve(unsplit_us_, unsplit_bytes_);
    unsplit_us_ = 0;
  }

  // An exchange of so many bytes in both directions took this long; what the edge peer did meanwhile not
  // counted. True when the link has changed, and not only varied.
  bool exchange(uint32_t us, uint32_t bytes) {
    if (us == 0 || bytes == 0) return false;
    if (unsplit_us_ != 0 && tell_apart(us, bytes)) return false;
    const uint32_t expected_us = expected_exchange_us(bytes);
    const int32_t off = detail::log2_q8(us) - detail::log2_q8(expected_us);
    const bool first = !known_;
    known_ = true;
    if (first || detector_.add(drift_ + off)) {
      detector_.restart(0);
      drift_ = 0;
      solve(us, bytes);
      unsplit_us_ = us;
      unsplit_bytes_ = bytes;
      return true;
    }
    correct(us, expected_us, bytes);
    const int32_t moved = detail::log2_q8(expected_exchange_us(bytes)) - detail::log2_q8(expected_us);
    drift_ = detail::limited(drift_ + moved, most_drift);
    return false;
  }

  // It was given up after so long: only news when it should have been over, and then without doubt.
  bool gave_up(uint32_t us, uint32_t bytes) {
    if (us <= expected_exchange_us(bytes)) return false;
    know_nothing();
    return exchange(capped_us(uint64_t{us} + us / 4), bytes);
  }

  // Whether an exchange of so many bytes tells much of the bandwidth.
  bool tells_bandwidth(uint32_t bytes) const { return transfer_us(bytes) >= now_.round_trip_us / 2; }

  // What the edge peer did in one inference; `profiled_us`: what it takes without load, 0: not known.
  void edge(uint32_t queue_us, uint32_t tail_us, uint32_t profiled_us) {
    const bool first = !edge_known_;
    edge_known_ = true;
    smooth(now_.wait_us, queue_us, first);
    if (profiled_us != 0) smooth(now_.load_q10, capped_us(uint64_t{tail_us} * 1024 / profiled_us), first);
  }

 private:
  // The gain of a correction is 1/4 of what it takes to explain one exchange.
  static constexpr int gain_bits = 2;
  // Two octaves: corrections of exchanges of many sizes do not add up to one that is exact.
  static constexpr int32_t most_drift = 512;

  static constexpr uint32_t capped_us(uint64_t value) {
    return value > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(value);
  }

  uint32_t transfer_us(uint32_t bytes) const {
    return capped_us(uint64_t{bytes} * now_.byte_time_q8 / 256'000);
  }
  uint32_t expected_exchange_us(uint32_t bytes) const {
    return capped_us(uint64_t{transfer_us(bytes)} + now_.round_trip_us + 1);
  }

  // From one exchange alone. The transfer takes at least an eighth of it: the round trip may have fallen.
  void solve(uint32_t us, uint32_t bytes) {
    const uint32_t least_us = us / 8 + 1;
    if (us < now_.round_trip_us || us - now_.round_trip_us < least_us) now_.round_trip_us = us - us / 8;
    const uint32_t rest_us = us > now_.round_trip_us ? us - now_.round_trip_us : 1;
    now_.byte_time_q8 = capped_us(uint64_t{rest_us} * 256'000 / bytes);
    if (now_.byte_time_q8 == 0) now_.byte_time_q8 = 1;
  }

  // An exchange of quite another size tells what a ping would have told.
  bool tell_apart(uint32_t us, uint32_t bytes) {
    const bool larger = bytes / 2 >= unsplit_bytes_ && us > unsplit_us_;
    const bool smaller = bytes <= unsplit_bytes_ / 2 && us < unsplit_us_;
    if (!larger && !smaller) return false;
    const uint32_t more_us = larger ? us - unsplit_us_ : unsplit_us_ - us;
    const uint32_t more_bytes = larger ? bytes - unsplit_bytes_ : unsplit_bytes_ - bytes;
    const uint64_t byte_time = uint64_t{more_us} * 256'000 / more_bytes;
    const uint64_t transfer_us = byte_time * bytes / 256'000;
    if (byte_time == 0 || byte_time > UINT32_MAX || transfer_us >= us) return false;
    now_.byte_time_q8 = static_cast<uint32_t>(byte_time);
    now_.round_trip_us = us - static_cast<uint32_t>(transfer_us);
    unsplit_us_ = 0;
    drift_ = 0;
    detector_.restart(0);
    return true;
  }

  // The bandwidth is taken to vary twice as much as the round trip (their logarithms), which gives the shares
  // of least squares: 4 s and 1 - s, over 4 s^2 + (1 - s)^2, where s is the part of the transfer.
  void correct(uint32_t us, uint32_t expected_us, uint32_t bytes) {
    const uint32_t low = expected_us / 2;
    const uint32_t high = capped_us(uint64_t{expected_us} * 2);
    const uint32_t seen_us = us < low ? low : us > high ? high : us;
    const auto off_q10 = static_cast<int32_t>(int64_t{seen_us} * 1024 / expected_us) - 1024;
    const auto part = static_cast<int32_t>(uint64_t{transfer_us(bytes)} * 256 / expected_us);
    const int32_t rest = 256 - part;
    const int32_t norm = 4 * part * part + rest * rest;  // [52429, 262144]
    scale(now_.byte_time_q8, off_q10 * (4 * part * 256 / (norm / 256)) / 256);
    scale(now_.round_trip_us, off_q10 * (rest * 256 / (norm / 256)) / 256);
  }

  // value * (1 + by / 1024 / 4), and never 0.
  static void scale(uint32_t& value, int32_t by_q10) {
    const int64_t scaled = value + ((int64_t{value} * by_q10) >> (10 + gain_bits));
    value = scaled < 1 ? 1 : capped_us(static_cast<uint64_t>(scaled));
  }

  static void smooth(uint32_t& value, uint32_t sample, bool first) {
    if (first) value = sample;
    value = sample > value ? value + (sample - value) / 4 : value - (value - sample) / 4;
  }

  Conditions now_ = {0, 0, 0, 0, LinkState::warm};  // all zero: a static one lies in .bss
  Detector detector_;
  int32_t drift_ = 0;        // log2 of how far corrections have moved the expectation since the last change
  uint32_t unsplit_us_ = 0;  // of an exchange that waits for a round trip; 0: none
  uint32_t unsplit_bytes_ = 0;
  bool known_ = false;  // from at least one exchange
  bool edge_known_ = false;
};

}  // namespace coinfer
COINFER_CODE_END
