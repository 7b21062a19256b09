// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "simulate/policy.hpp"

namespace coinfer::simulate {

// The bandwidth as last measured, and what a way costs then. Begins with the nominal one.
class BandwidthMeter {
 public:
  explicit BandwidthMeter(const Scenario& scenario)
      : setting_(scenario.setting), bits_per_second_(scenario.nominal_bits_per_second) {}

  void set(double bits_per_second, double now_us) {
    bits_per_second_ = std::max(1.0, bits_per_second);
    measured_at_us_ = now_us;
  }

  // From an exchange: what it took without the round trip and what the edge peer says to have taken. One
  // without an answer was at most that fast.
  void learn(const Answer& answer, const Way& way, double now_us) {
    if (!way.cost.uses_link()) return;
    const AnswerTimes& times = answer.times;
    const double exchange_us = double{1} * times.send_us + times.wait_us;
    double transfer_us = exchange_us;
    if (answer.place == Place::edge) {
      const double other_us = double{1} * times.queue_us + times.tail_us + round_trip_us_;
      transfer_us = std::max(exchange_us - other_us, exchange_us / 20);  // the round trip is an average
    }
    if (transfer_us > 0.0) set(way.cost.forms[0].bytes * 8e6 / transfer_us, now_us);
  }

  double bits_per_second() const { return bits_per_second_; }
  double measured_at_us() const { return measured_at_us_; }

  // As last heard.
  void know_round_trip(double us) { round_trip_us_ = us; }

  double latency_us(const Way& way) const { return latency_at_us(way, round_trip_us_, bits_per_second_); }
  static double latency_at_us(const Way& way, double round_trip_us, double bits_per_second) {
    if (!way.cost.uses_link()) return way.head_us;
    return way.cost.forms[0].compute_us + way.cost.forms[0].bytes * plan::us_per_byte(bits_per_second) +
           round_trip_us + way.cost.tail_us;
  }
  double energy_uj(const Way& way) const {
    if (!way.cost.uses_link()) return way.cost.energy_uj;
    return way.cost.energy_uj +
           way.cost.forms[0].bytes * plan::us_per_byte(bits_per_second_) * setting_.send_mw / 1000 +
           (round_trip_us_ + way.cost.tail_us) * setting_.wait_mw / 1000;
  }

 private:
  const plan::Setting& setting_;
  double bits_per_second_;
  double round_trip_us_ = 0.0;
  double measured_at_us_ = 0.0;
};

}  // namespace coinfer::simulate
