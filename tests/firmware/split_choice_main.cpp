// SPDX-License-Identifier: Apache-2.0
// The choice from a table of 8 splits and 3 exits on the target: the same as the compiler comes to, for each
// objective; and a selector's whole work for one inference, with both detectors. Instructions are measured
// parts (profile/profile.py).
#include "board/measure.hpp"
#include "coinfer/split_choice.hpp"
#include "coinfer/split_selector.hpp"

namespace {

using coinfer::Conditions;
using coinfer::LinkState;
using coinfer::Objective;
using coinfer::SplitCandidate;
using coinfer::SplitChoice;
using coinfer::SplitTable;

constexpr int splits = 8;
constexpr int exits = 3;

struct Candidates {
  SplitCandidate all[splits * exits];
};

// The later the cut, the less to send; the deeper the exit, the longer the tail and the better the answer.
constexpr Candidates make_candidates() {
  Candidates made = {};
  for (uint32_t exit = 0; exit < exits; ++exit) {
    for (uint32_t split = 0; split < splits; ++split) {
      SplitCandidate& c = made.all[exit * splits + split];
      const bool local = split == splits - 1;
      c.compute = split * split * 90'000 * (exit + 2) / 3;
      c.bytes = local ? 0 : 12'919 >> split;
      c.tail = local ? 0 : (exit + 1) * 1'000 * (splits - split);
      c.energy = c.compute / 3;
      c.expected = coinfer::always;
      c.offload = local ? 0 : coinfer::always;
      c.accuracy = static_cast<uint16_t>(9750 + 60 * exit);
      c.split = static_cast<uint8_t>(split);
      c.exit = static_cast<uint8_t>(exit);
    }
  }
  return made;
}

constexpr Candidates candidates = make_candidates();

constexpr SplitTable table_for(Objective objective) {
  SplitTable table = {};
  table.format = coinfer::split_table_format;
  table.time_shift = 6;
  table.tail_bits = 4;
  table.objective = objective;
  table.candidate_count = splits * exits;
  table.energy_bits = 30;
  table.send_energy = 140'000'000;
  table.wait_energy = 47'000'000;
  table.resumed = {20'000, 400, 1};
  table.full = {900'000, 2'000, 2};
  table.candidates = candidates.all;
  return table;
}

constexpr Conditions conditions[] = {
    {410'000, 2'000, 0, 1024, LinkState::warm},          // 5 Mbit/s
    {41'000'000, 30'000, 5'000, 4096, LinkState::warm},  // 50 kbit/s
    {2'000'000, 8'000, 100, 1500, LinkState::cold},
    {410'000, 2'000, 0, 1024, LinkState::down},
};
constexpr uint32_t deadlines_us[] = {0, 30'000};

template <Objective objective>
bool check(const char* name) {
  static constexpr SplitTable table = table_for(objective);
  bool same = true;
  for (const Conditions& now : conditions) {
    for (const uint32_t deadline_us : deadlines_us) {
      SplitChoice choice;
      board::measure(name, splits * exits, [&] { choice = coinfer::choose_split(table, now, deadline_us); });
      // The compiler's answers, in the same order.
      constexpr SplitChoice expected[] = {
          coinfer::choose_split(table, conditions[0], deadlines_us[0]),
          coinfer::choose_split(table, conditions[0], deadlines_us[1]),
          coinfer::choose_split(table, conditions[1], deadlines_us[0]),
          coinfer::choose_split(table, conditions[1], deadlines_us[1]),
          coinfer::choose_split(table, conditions[2], deadlines_us[0]),
          coinfer::choose_split(table, conditions[2], deadlines_us[1]),
          coinfer::choose_split(table, conditions[3], deadlines_us[0]),
          coinfer::choose_split(table, conditions[3], deadlines_us[1]),
      };
      const auto index = (&now - conditions) * 2 + (deadline_us == deadlines_us[0] ? 0 : 1);
      const bool found =
          choice.candidate == expected[index].candidate && choice.in_time == expected[index].in_time;
      same = same && found && choice.candidate != coinfer::no_candidate;
    }
  }
  return same;
}

// Exchanges over a link of 1 Mbit/s and then of 100 kbit/s, which changes the choice.
template <class Detector>
bool follow(const char* name) {
  static constexpr SplitTable table = table_for(Objective::latency);
  static coinfer::SplitSelector<Detector> selector;
  selector.bind(table, conditions[0]);
  uint8_t first = 0;
  uint8_t last = 0;
  for (uint32_t i = 0; i < 40; ++i) {
    board::measure(name, 1, [&] { last = selector.next(i * 100'000, 0, LinkState::warm, 2'000).candidate; });
    const uint32_t byte_us = i < 20 ? 8 : 80;
    coinfer::Answer answer;
    answer.place = coinfer::Place::edge;
    answer.times.wait_us = candidates.all[last].bytes * byte_us + 2'000 + i % 3 * 50;
    board::measure(name, 1, [&] { selector.learn(answer, i * 100'000 + 50'000); });
    if (i == 19) first = last;
  }
  return first != last;
}

}  // namespace

int main() {
  const bool latency = check<Objective::latency>("latency");
  const bool accuracy = check<Objective::accuracy>("accuracy");
  const bool energy = check<Objective::energy>("energy");
  const bool cusum = follow<coinfer::Cusum>("selector_cusum");
  const bool bayesian = follow<coinfer::BayesianChangePoint<>>("selector_bayesian");
  return latency && accuracy && energy && cusum && bayesian ? 0 : 1;
}
