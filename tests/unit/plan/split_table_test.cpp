// SPDX-License-Identifier: Apache-2.0
// The split table loses nothing: its choice in integers costs at most 0.1% more than the best of all
// candidates in real numbers, whatever was dropped from it.
#include <gtest/gtest.h>

#include <cmath>

#include "coinfer/split_choice.hpp"
#include "plan/network_candidates.hpp"
#include "random_case.hpp"

namespace {

using namespace coinfer::plan;
using coinfer::LinkState;
using coinfer::Objective;
using coinfer::test::Random;

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
