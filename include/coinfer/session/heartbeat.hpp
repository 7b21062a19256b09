// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer::detail {

// Signs of life of one connection: when to ask for one, when to give the peer up, and the round trip. The
// caller may pause for any time between two calls: a deadline only runs from something that was sent.
class Heartbeat {
 public:
  // `idle_us`: silence after which to ask; 0 = never.
  void reset(uint64_t now_us, uint32_t idle_us, uint32_t timeout_us) {
    heard_at_us_ = now_us;
    idle_us_ = idle_us;
    timeout_us_ = timeout_us;
    waits_ = suspected_ = false;
    new_ = true;
  }
  void ask_within(uint32_t idle_us) {
    if (idle_us_ == 0 || idle_us < idle_us_) idle_us_ = idle_us;
  }
  void ask_now() { suspected_ = true; }
  // Asks as soon as nothing else is under way, until the round trip was measured.
  void measure() { wanted_ = true; }
  // While an inference is under way, the caller looks at what has come late: no round trip is measured.
  void set_busy(bool busy) {
    busy_ = busy;
    if (busy) measures_ = false;
  }
  void heard(uint64_t now_us) { heard_at_us_ = now_us; }

  bool ping_due(uint64_t now_us) const {
    return !waits_ &&
           (suspected_ || (wanted_ && !busy_) || (idle_us_ != 0 && now_us - heard_at_us_ >= idle_us_));
  }
  uint32_t next_token() const { return token_ + 1; }
  void ping_sent(uint64_t now_us) {
    ++token_;
    waits_ = true;
    suspected_ = false;
    asked_at_us_ = now_us;
    measures_ = !busy_;
  }
  // False when nobody asked for it.
  bool pong(uint32_t token, uint64_t now_us) {
    if (!waits_ || token != token_) return false;
    waits_ = false;
    if (measures_) add_round_trip(now_us - asked_at_us_);
    if (measures_) wanted_ = false;
    return true;
  }
  bool dead(uint64_t now_us) const {
    const uint64_t since_us = asked_at_us_ > heard_at_us_ ? asked_at_us_ : heard_at_us_;
    return waits_ && now_us - since_us > timeout_us_;
  }

  // Follows a fall at once and a rise slowly, since what disturbs a measurement makes it longer; what was
  // asked for, and the first of a connection, counts in full.
  void add_round_trip(uint64_t sample_us) {
    constexpr uint64_t most = 60'000'000;
    const auto sample = static_cast<uint32_t>(sample_us < most ? sample_us : most);
    const bool at_once = wanted_ || new_ || sample < round_trip_us_;
    round_trip_us_ = at_once ? sample : round_trip_us_ + (sample - round_trip_us_) / 4;
    if (round_trip_us_ == 0) round_trip_us_ = 1;
    new_ = false;
    ++measured_;
  }
  // From what opened the connection, which may have waited for the caller.
  void greeted(uint64_t sample_us) {
    if (!busy_ || round_trip_us_ == 0) add_round_trip(sample_us);
  }
  // An exchange took no longer, so a round trip does not.
  void at_most(uint64_t us) {
    if (round_trip_us_ > us) add_round_trip(us);
  }
  uint8_t measured() const { return measured_; }             // how often, modulo 256
  uint32_t round_trip_us() const { return round_trip_us_; }  // smoothed; 0 = not known yet

 private:
  uint64_t heard_at_us_ = 0;
  uint64_t asked_at_us_ = 0;
  uint32_t idle_us_ = 0;
  uint32_t timeout_us_ = 0;
  uint32_t round_trip_us_ = 0;
  uint32_t token_ = 0;
  bool waits_ = false;
  bool suspected_ = false;
  bool wanted_ = false;
  bool new_ = false;  // connection, without a measurement
  bool busy_ = false;
  bool measures_ = false;  // the round trip, by the ping under way
  uint8_t measured_ = 0;
};

}  // namespace coinfer::detail
COINFER_CODE_END
