// SPDX-License-Identifier: Apache-2.0
// The selector against what would have been best, on links that change under it.
#include "coinfer/split_selector.hpp"

#include <gtest/gtest.h>

#include "simulated_link.hpp"

namespace {

using coinfer::Answer;
using coinfer::Cause;
using coinfer::Conditions;
using coinfer::LinkState;
using coinfer::Place;
using coinfer::SplitCandidate;
using coinfer::SplitChoice;
using coinfer::SplitSelector;
using coinfer::SplitTable;
using coinfer::test::SimulatedLink;

// Units of 1.024 us: everything at the edge peer, a cut that sends little, and all on the device.
constexpr SplitCandidate candidates[] = {
    {0, 12'000, 2000, 0, coinfer::always, coinfer::always, 9000, 0, 0, 0, 0, 0, 0},
    {20'000, 1'500, 1000, 0, coinfer::always, coinfer::always, 9000, 3, 0, 0, 0, 0, 0},
    {60'000, 0, 0, 0, coinfer::always, 0, 9000, 6, 0, 0, 0, 0, 0},
};
constexpr SplitTable make_table() {
  SplitTable table = {};
  table.format = coinfer::split_table_format;
  table.time_shift = 10;
  table.candidate_count = 3;
  table.candidates = candidates;
  return table;
}
constexpr SplitTable table = make_table();
constexpr uint8_t local = 2;
constexpr Conditions start = {coinfer::byte_time_q8(1000), 5'000, 0, 1024, LinkState::warm};
constexpr uint64_t period_us = 200'000;

template <class Detector>
class SplitSelectors : public testing::Test {
 public:
  SplitSelectors() { follow(table); }
  void follow(const SplitTable& with) {
    ways = with.candidates;
    selector.bind(with, start);
  }

  // One inference as a session would do it; `true` where the link answers.
  uint8_t infer(uint32_t deadline_us = 0) {
    now_us += period_us;
    const SplitChoice choice =
        selector.next(now_us, deadline_us, up ? LinkState::warm : LinkState::down, ping_us);
    ping_us = 0;
    if (choice.candidate == coinfer::no_candidate) return choice.candidate;
    const SplitCandidate& way = ways[choice.candidate];
    Answer answer;
    answer.times.head_us = static_cast<uint32_t>(uint64_t{way.compute} * 1024 / 1000);
    if (way.offload != 0) {
      answer.times.tail_us = way.tail * 1024 / 1000;
      answer.times.queue_us = queue_us;
      answer.times.send_us = 100;  // the socket buffers
      answer.times.wait_us = link.exchange_us(way.bytes) - 100 + queue_us + answer.times.tail_us;
      answer.place = answers ? Place::edge : Place::device;
      answer.cause = answers ? Cause::none : Cause::timed_out;
      answer.times.total_us =
          answer.times.head_us + (answers ? answer.times.send_us + answer.times.wait_us : 2'000'000);
    }
    selector.learn(answer, now_us);
    if (answers && selector.wants_ping()) ping_us = link.ping_us();
    return choice.candidate;
  }
  uint8_t best() const {
    double least = 60'000;
    uint8_t found = local;
    for (uint8_t i = 0; i < local; ++i) {
      const double us =
          candidates[i].compute + candidates[i].tail + queue_us + link.exact_us(candidates[i].bytes);
      if (us < least) {
        least = us;
        found = i;
      }
    }
    return found;
  }
  int infer_until_best(int most) {
    for (int i = 1; i <= most; ++i) {
      if (infer() == best()) return i;
    }
    return most + 1;
  }

  const SplitCandidate* ways = nullptr;
  SplitSelector<Detector> selector;
  SimulatedLink link;
  uint64_t now_us = 1'000'000'000;
  uint32_t ping_us = 0;
  uint32_t queue_us = 0;
  bool up = true;
  bool answers = true;
};
using Detectors = testing::Types<coinfer::Cusum, coinfer::BayesianChangePoint<>>;
TYPED_TEST_SUITE(SplitSelectors, Detectors);

TYPED_TEST(SplitSelectors, FollowsStepsOfTheBandwidthWithinThreeInferences) {
  int slow = 0;
  for (int step = 0; step < 100; ++step) {
    this->link.kilobits_per_second = step % 2 == 0 ? 20'000 : 800;
    const uint8_t wanted = step % 2 == 0 ? 0 : 1;
    ASSERT_EQ(this->best(), wanted);
    slow += this->infer_until_best(20) > 4;  // the choice after the third inference
    for (int i = 0; i < 20; ++i) this->infer();
  }
  EXPECT_LE(slow, 5);
}

TYPED_TEST(SplitSelectors, NoiseDoesNotMakeItSwing) {
  // Where two candidates cost the same.
  this->link.kilobits_per_second = 10'500 * 8 / 19.5;
  this->link.noise = 0.04;
  for (int i = 0; i < 20; ++i) this->infer();
  int switches = 0;
  uint8_t last = this->infer();
  for (int i = 0; i < 1000; ++i) {
    const uint8_t candidate = this->infer();
    switches += candidate != last;
    last = candidate;
  }
  EXPECT_LE(switches, 60);
}

TYPED_TEST(SplitSelectors, ABadLinkIsTriedForASmallPartOfTheTime) {
  this->link.kilobits_per_second = 20;
  int tries = 0;
  for (int i = 0; i < 10 * 60 * 5; ++i) tries += this->infer() != local;  // ten minutes
  EXPECT_GE(tries, 9);
  EXPECT_LE(tries, 40) << "a try takes 0.62 s: 30, and some before the waits are long";
  this->link.kilobits_per_second = 20'000;
  const auto most = static_cast<int>(coinfer::default_selector_options.explore_most_us / period_us) + 2;
  EXPECT_LE(this->infer_until_best(most), most);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(this->infer(), 0);
}

TYPED_TEST(SplitSelectors, ATinyFeatureDoesNotHideThatTheBandwidthRose) {
  constexpr SplitCandidate large_or_tiny[] = {
      {0, 12'000, 2000, 0, coinfer::always, coinfer::always, 9000, 0, 0, 0, 0, 0, 0},
      {100'000, 60, 1000, 0, coinfer::always, coinfer::always, 9000, 3, 0, 0, 0, 0, 0},
      {900'000, 0, 0, 0, coinfer::always, 0, 9000, 6, 0, 0, 0, 0, 0},
  };
  SplitTable with = table;
  with.candidates = large_or_tiny;
  this->follow(with);
  this->link.round_trip_us = 50'000;
  this->link.kilobits_per_second = 400;
  for (int i = 0; i < 50; ++i) this->infer();
  EXPECT_EQ(this->selector.chosen(), 1);
  this->link.kilobits_per_second = 20'000;
  int tiny = 0;
  for (int i = 0; i < 200; ++i) tiny += this->infer() == 1;  // 40 s
  EXPECT_LE(tiny, 60);
  EXPECT_EQ(this->selector.chosen(), 0);
}

// 60 ms on the device, 13 ms at the edge peer with 20 ms of transfer before it.
TYPED_TEST(SplitSelectors, WhatTheSessionWouldGiveUpIsNotInTime) {
  this->link.kilobits_per_second = 8'000;
  this->link.noise = 0;
  for (int i = 0; i < 10; ++i) this->infer(100'000);
  EXPECT_EQ(this->selector.chosen(), 0) << "given up at 38 ms, answered at 19";
  for (int i = 0; i < 5; ++i) this->infer(70'000);
  EXPECT_NE(this->selector.chosen(), 0) << "given up at 8 ms";
  for (int i = 0; i < 5; ++i) this->infer(50'000);
  EXPECT_EQ(this->selector.chosen(), 0) << "the device cannot: the edge peer has all the time";
}

TYPED_TEST(SplitSelectors, ALinkThatCameBackIsTriedAtOnce) {
  this->link.kilobits_per_second = 20'000;
  for (int i = 0; i < 10; ++i) this->infer();
  this->up = false;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(this->infer(), local);
  this->up = true;
  EXPECT_NE(this->infer(), local);
}

TYPED_TEST(SplitSelectors, WhatFellSilentIsTriedWhenItGivesASignOfLife) {
  this->link.kilobits_per_second = 20'000;
  for (int i = 0; i < 10; ++i) this->infer();
  this->answers = false;
  for (int i = 0; i < 5; ++i) this->infer();
  EXPECT_EQ(this->infer(), local);
  this->answers = true;
  this->ping_us = 1'000'000;  // the pong of a ping that was sent meanwhile
  EXPECT_NE(this->infer(), local);
}

TYPED_TEST(SplitSelectors, TheQueueOfTheEdgePeerIsWeighed) {
  this->link.kilobits_per_second = 20'000;
  for (int i = 0; i < 10; ++i) this->infer();
  EXPECT_EQ(this->infer(), 0);
  this->queue_us = 200'000;
  for (int i = 0; i < 10; ++i) this->infer();
  int here = 0;
  for (int i = 0; i < 100; ++i) here += this->infer() == local;
  EXPECT_GE(here, 90);
}

// Times near the end of the range stay hopeless and do not begin anew at 0.
TEST(Choice, HopelessIsNotTheBest) {
  constexpr SplitCandidate dear[] = {
      {0, (1U << 30) - 1, (1U << 30) - 1, 0, coinfer::always, coinfer::always, 9000, 0, 0, 0, 0, 0, 0},
      {(1U << 30) - 1, 0, 0, 0, coinfer::always, 0, 9000, 6, 0, 0, 0, 0, 0},
  };
  SplitTable with = table;
  with.candidates = dear;
  with.candidate_count = 2;
  for (const uint32_t byte_time : {1U, 1000U, 256'000U, 300'000'000U, UINT32_MAX}) {
    for (const uint32_t load : {1U, 1024U, UINT32_MAX}) {
      const Conditions now = {byte_time, UINT32_MAX, UINT32_MAX, load, LinkState::warm};
      for (const uint32_t deadline_us : {0U, 1'000'000'000U})
        EXPECT_EQ(choose_split(with, now, deadline_us, {1, false, coinfer::no_candidate, 2000}).candidate, 1);
    }
  }
}

TYPED_TEST(SplitSelectors, WhatWasNotAskedTeachesNothing) {
  this->link.kilobits_per_second = 20'000;
  for (int i = 0; i < 10; ++i) this->infer();
  const Conditions before = this->selector.conditions();
  Answer refused;
  refused.cause = Cause::refused;
  refused.times.total_us = 1'000'000;
  static_cast<void>(this->selector.next(this->now_us += period_us, 0, LinkState::warm, 0));
  this->selector.learn(refused, this->now_us);
  EXPECT_EQ(this->selector.conditions().byte_time_q8, before.byte_time_q8);
  EXPECT_EQ(this->selector.conditions().round_trip_us, before.round_trip_us);
}

// It cannot have computed for longer than it was waited for.
TYPED_TEST(SplitSelectors, AnEdgePeerThatLiesAboutItsTimesBreaksNothing) {
  for (const uint32_t lie : {1'000'000U, UINT32_MAX}) {
    static_cast<void>(this->selector.next(this->now_us += period_us, 0, LinkState::warm, 0));
    Answer answer;
    answer.place = Place::edge;
    answer.times.wait_us = 30'000;
    answer.times.queue_us = lie;
    answer.times.tail_us = lie;
    this->selector.learn(answer, this->now_us);
    EXPECT_LE(this->selector.conditions().wait_us, 30'000U);
  }
}

TYPED_TEST(SplitSelectors, WithoutALinkAndALocalCandidateThereIsNone) {
  SplitTable only_link = table;
  only_link.candidate_count = 2;
  this->follow(only_link);
  this->up = false;
  EXPECT_EQ(this->infer(), coinfer::no_candidate);
  this->up = true;
  EXPECT_NE(this->infer(), coinfer::no_candidate);
}

}  // namespace
