// SPDX-License-Identifier: Apache-2.0
// A session and a selector: conditions measured from the session's own traffic, and followed.
#include <coinfer/split_selector.hpp>

#include "bench.hpp"

namespace coinfer::tests {
namespace {

// Bytes as they are counted on this link, units of 1.024 us.
constexpr SplitCandidate candidates[] = {
    {0, 215, 100, 0, always, always, 9000, 0, 1, 0, 0, 0, 0},
    {2 * SlowKernels::conv_us, 100, 60, 0, always, always, 9000, 6, 1, 0, 0, 0, 0},
    {4 * SlowKernels::conv_us, 0, 0, 0, always, 0, 9000, 8, 1, 0, 0, 0, 0},
};
constexpr SplitTable make_table() {
  SplitTable table = {};
  table.format = split_table_format;
  table.time_shift = 10;
  table.candidate_count = 3;
  table.candidates = candidates;
  return table;
}
constexpr SplitTable table = make_table();
constexpr Conditions start = {byte_time_q8(1000), 2'000, 0, 1024, LinkState::warm};

class Selector : public testing::Test {
 public:
  Selector() {
    selector.bind(table, start);
    bench.session.calibrate();
  }
  Answer infer() {
    const Answer answer = bench.run(selector.next(bench.session, 0));
    selector.learn(bench.session);
    bench.idle(20'000);
    return answer;
  }

  Bench<> bench;
  SplitSelector<> selector;
};

TEST_F(Selector, TheRoundTripDoesNotContainTheTransfer) {
  bench.network.faults.up_byte_us = 40;  // 200 kbit/s
  ASSERT_TRUE(bench.connect());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(infer().place, Place::edge);
  EXPECT_LT(bench.session.round_trip_us(), 5'000U) << "Hello takes 3 ms here";
  const double byte_us = selector.conditions().byte_time_q8 / 256e3;
  EXPECT_NEAR(byte_us, 40, 15);
  EXPECT_NEAR(selector.conditions().round_trip_us, bench.session.round_trip_us(), 1'000);
}

TEST_F(Selector, FollowsTheLink) {
  ASSERT_TRUE(bench.connect());
  for (int i = 0; i < 5; ++i) infer();
  EXPECT_EQ(infer().split, 0) << "fast";
  bench.network.faults.up_byte_us = 2'000;
  for (int i = 0; i < 3; ++i) infer();
  EXPECT_EQ(infer().split, 8) << "a slow one";
  bench.network.faults.up_byte_us = 0;
  bench.network.hang_up();
  bench.network.faults.open_status = Status::link_down;
  bench.idle(10'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(infer().split, 8) << "down";
  bench.network.faults.open_status = Status::ok;
  ASSERT_TRUE(bench.connect(120'000'000));
  infer();
  EXPECT_EQ(infer().split, 0) << "back";
}

TEST_F(Selector, ANewConnectionIsTriedEvenIfTheOldOneWasNotSeenToEnd) {
  bench.network.faults.up_byte_us = 2'000;
  ASSERT_TRUE(bench.connect());
  for (int i = 0; i < 4; ++i) infer();
  EXPECT_EQ(infer().split, 8);
  bench.network.faults.up_byte_us = 0;
  bench.network.hang_up();
  bench.idle(1'000);
  ASSERT_TRUE(bench.connect(120'000'000));
  EXPECT_NE(infer().split, 8);
  EXPECT_EQ(infer().split, 0);
}

TEST_F(Selector, LinkStatesOfASession) {
  EXPECT_EQ(bench.session.link_state(), LinkState::cold);
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.session.link_state(), LinkState::warm);
  bench.session.disconnect();
  EXPECT_EQ(bench.session.link_state(), LinkState::resumable);
  bench.network.faults.open_status = Status::link_down;
  bench.idle(100'000);
  EXPECT_EQ(bench.session.link_state(), LinkState::down);
}

TEST_F(Selector, APongDuringAnInferenceMeasuresNothing) {
  ASSERT_TRUE(bench.connect());
  bench.idle(10'000);
  const uint32_t before = bench.session.round_trip_us();
  bench.session.ping();
  static_cast<void>(bench.session.poll());  // sends it
  bench.run({8});                           // its stages take longer than the round trip
  bench.idle(10'000);
  EXPECT_EQ(bench.session.round_trip_us(), before);
  bench.network.faults.latency_us *= 2;
  bench.session.ping();
  bench.idle(10'000);
  EXPECT_NE(bench.session.round_trip_us(), before);
}

}  // namespace
}  // namespace coinfer::tests
