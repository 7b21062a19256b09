// SPDX-License-Identifier: Apache-2.0
// The split table loses nothing: its choice in integers costs at most 0.1% more than the best of all
// candidates in real numbers, whatever was dropped from it.
#include <gtest/gtest.h>

#include <cmath>

#include "coinfer/split_choice.hpp"
#include "plan/network_candidates.hpp"
#include "plan/table.hpp"
#include "random.hpp"

namespace {

using namespace coinfer::plan;
using coinfer::LinkState;
using coinfer::Objective;

using coinfer::test::Random;

// As many values in each decade.
double decades(Random& random, double low, double high) {
  return std::exp(random.real(std::log(low), std::log(high)));
}

struct Case {
  std::vector<Candidate> candidates;
  Setting setting;
  Box box;
};

// A network of some stages with up to three exits on a device that is slower than the edge peer.
Case random_case(Random& random) {
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
coinfer::Conditions random_conditions(const Box& box, LinkState link, Random& random) {
  const auto pick = [&](double low, double high) {
    if (random.one_in(6)) return random.one_in(2) ? low : high;
    return low > 0.0 && random.one_in(2) ? decades(random, low, high) : random.real(low, high);
  };
  return to_device(
      {pick(box.low.us_per_byte, box.high.us_per_byte), pick(box.low.round_trip_us, box.high.round_trip_us),
       pick(box.low.wait_us, box.high.wait_us), pick(box.low.load, box.high.load)},
      link);
}

Conditions from_device(const coinfer::Conditions& c) {
  return {c.byte_time_q8 / 256000.0, double{1} * c.round_trip_us, double{1} * c.wait_us, c.load_q10 / 1024.0};
}

constexpr double tolerance = 1.001;

struct Totals {
  std::size_t candidates = 0;
  std::size_t kept = 0;
  double worst = 1.0;
};

// The device's choice against all candidates.
void check(const Case& c, const std::vector<Candidate>& kept, const coinfer::SplitTable& table,
           const coinfer::Conditions& device, Totals& totals) {
  const Conditions now = from_device(device);
  const LinkState link = device.link;
  const auto deadline = static_cast<std::uint32_t>(c.setting.deadline_us);
  const coinfer::SplitChoice choice = coinfer::choose_split(table, device, deadline);
  const Choice best = choose(c.candidates, c.setting, now, link);
  ASSERT_EQ(choice.candidate == coinfer::no_candidate, best.candidate < 0);
  if (best.candidate < 0) return;
  const Candidate& wanted = c.candidates[static_cast<std::size_t>(best.candidate)];
  const Candidate& chosen = kept[choice.candidate];
  const Costs wanted_costs = costs(wanted, c.setting, link);
  const Costs chosen_costs = costs(chosen, c.setting, link);
  const double wanted_worst = value(wanted_costs.worst_us, now);
  const double chosen_worst = value(chosen_costs.worst_us, now);
  // A deadline that lies within the rounding of a latency may be judged either way.
  if (best.in_time != choice.in_time) {
    const double judged = best.in_time ? wanted_worst : chosen_worst;
    ASSERT_NEAR(judged / c.setting.deadline_us, 1.0, tolerance - 1.0);
    return;
  }
  double ratio = chosen_worst / wanted_worst;
  if (best.in_time) {
    const double latest = c.setting.deadline_us > 0.0 ? c.setting.deadline_us : INFINITY;
    ASSERT_LE(chosen_worst, latest * tolerance);
    if (wanted_worst > latest / tolerance) return;
    if (c.setting.objective == Objective::accuracy) {
      ASSERT_GE(chosen.accuracy, wanted.accuracy - 1.0 / coinfer::accuracy_one);
      if (chosen.accuracy != wanted.accuracy) return;  // by the rounding of latency or accuracy
    }
    const bool energy = c.setting.objective == Objective::energy;
    ratio = value(energy ? chosen_costs.energy_uj : chosen_costs.expected_us, now) /
            value(energy ? wanted_costs.energy_uj : wanted_costs.expected_us, now);
  }
  totals.worst = std::max(totals.worst, ratio);
  ASSERT_LE(ratio, tolerance) << "split " << chosen.split << " instead of " << wanted.split << ", objective "
                              << static_cast<int>(c.setting.objective);
}

TEST(SplitTable, LosesNothingAgainstExhaustiveSearch) {
  Totals totals;
  for (int seed = 0; seed < 2 * coinfer::test::case_count(); ++seed) {
    Random random(seed);
    const Case c = random_case(random);
    if (c.candidates.empty()) continue;
    const std::vector<Candidate> kept = reduce(c.candidates, c.setting, c.box);
    ASSERT_FALSE(kept.empty());
    const std::array<std::uint8_t, 32> identity{};
    const Table table = make_table(kept, c.setting, c.box, identity, 1);
    totals.candidates += c.candidates.size();
    totals.kept += kept.size();
    for (int i = 0; i < 20; ++i) {
      const auto link = static_cast<LinkState>(random.between(0, 3));
      check(c, kept, table.view(), random_conditions(c.box, link, random), totals);
      if (HasFatalFailure()) FAIL() << "case " << seed << ", conditions " << i;
    }
  }
  std::printf("%zu of %zu candidates kept, costs at most %.4f%% more than exhaustive search\n", totals.kept,
              totals.candidates, (totals.worst - 1) * 100);
}

// What the quickstart counts on its TCP connection (README), 20 bytes of answer each.
TEST(WireBytes, AreWhatASessionSends) {
  EXPECT_NEAR(wire_bytes(512, 20), 566 + 114, 7);
  EXPECT_NEAR(wire_bytes(6144, 20), 6457 + 114, 65);
  EXPECT_NEAR(wire_bytes(8192, 20), 8579 + 114, 85);
  EXPECT_NEAR(wire_bytes(12288, 20), 12821 + 114, 128);
}

}  // namespace
