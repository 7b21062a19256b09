// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "plan/table.hpp"
#include "random.hpp"

// Networks, settings and conditions at random.
namespace coinfer::plan {

using coinfer::test::Random;

// As many values in each decade.
inline double decades(Random& random, double low, double high) {
  return std::exp(random.real(std::log(low), std::log(high)));
}

struct Case {
  std::vector<Candidate> candidates;
  Setting setting;
  Box box;
};

// A network of some stages with up to three exits on a device that is slower than the edge peer.
inline Case random_case(Random& random) {
  Case made;
  const int exits = random.between(1, 3);
  const int stages = random.between(exits, 40);
  const double stage_us = decades(random, 20, 50'000);
  const double speedup = decades(random, 1, 1000);
  const bool local = !random.one_in(4);
  const double active_w = decades(random, 1e-4, 1);
  std::vector<double> compute = {0.0};
  std::vector<double> bytes;
  for (int s = 0; s < stages; ++s) {
    compute.push_back(compute.back() + stage_us * decades(random, 0.1, 10));
    bytes.push_back(decades(random, 1, 100'000));
  }
  for (int exit = 0; exit < exits; ++exit) {
    const int last = stages * (exit + 1) / exits;
    for (int split = 0; split <= last; ++split) {
      if (split == last && !local) continue;
      Candidate c;
      c.split = split;
      c.exit = exit;
      c.accuracy = 1.0 - 0.3 / (exit + 1) / random.real(1, 2);
      c.forms[0].compute_us = compute[static_cast<std::size_t>(split)];
      c.expected_compute_us = c.forms[0].compute_us;
      c.energy_uj = c.forms[0].compute_us * active_w;
      if (split < last) {
        c.offload = 1.0;
        c.forms[0].bytes = std::round(bytes[static_cast<std::size_t>(split)] + random.between(0, 100));
        c.tail_us =
            (compute[static_cast<std::size_t>(last)] - compute[static_cast<std::size_t>(split)]) / speedup;
        if (random.one_in(4)) {  // sent while it is computed
          c.forms[1] = {c.forms[0].compute_us * random.real(0, 0.9), c.forms[0].bytes};
          c.forms[0].bytes = std::round(c.forms[0].bytes * random.real(0.01, 1));
        } else if (random.one_in(4)) {  // an early exit may answer
          c.offload = random.between(1, coinfer::always) / double{coinfer::always};
          c.expected_compute_us *= random.between(10'000, coinfer::always) / double{coinfer::always};
        }
      }
      made.candidates.push_back(c);
    }
  }
  made.setting.objective = static_cast<Objective>(random.between(0, 2));
  made.setting.deadline_us =
      random.one_in(4)
          ? 0.0
          : std::min(1e9, std::round(compute.back() * decades(random, 0.05, random.one_in(3) ? 1e4 : 3)));
  made.setting.send_mw = decades(random, 1, 2000);
  made.setting.wait_mw = decades(random, 1, 500);
  made.setting.resumed = {std::round(decades(random, 100, 10'000)), 400, 1};
  made.setting.full = {std::round(decades(random, 10'000, 2'000'000)), 2000, 2};
  const double slow = decades(random, 5e3, 1e7);
  made.box.low = {us_per_byte(slow * decades(random, 1, 1000)), decades(random, 100, 1e5), 0.0, 1.0};
  made.box.high = {us_per_byte(slow), made.box.low.round_trip_us * decades(random, 1, 100),
                   decades(random, 1, 1e6), decades(random, 1, 50)};
  return made;
}

// Conditions in the box, exactly as the device can express them.
inline coinfer::Conditions random_conditions(const Box& box, LinkState link, Random& random) {
  const auto pick = [&](double low, double high) {
    if (random.one_in(6)) return random.one_in(2) ? low : high;
    return low > 0.0 && random.one_in(2) ? decades(random, low, high) : random.real(low, high);
  };
  return to_device(
      {pick(box.low.us_per_byte, box.high.us_per_byte), pick(box.low.round_trip_us, box.high.round_trip_us),
       pick(box.low.wait_us, box.high.wait_us), pick(box.low.load, box.high.load)},
      link);
}

inline Conditions from_device(const coinfer::Conditions& c) {
  return {c.byte_time_q8 / 256000.0, double{1} * c.round_trip_us, double{1} * c.wait_us, c.load_q10 / 1024.0};
}

}  // namespace coinfer::plan
