// SPDX-License-Identifier: Apache-2.0
// Deadlines: in time whenever the device could have been in time alone, and the edge peer used whenever it
// can be.
#include "bench.hpp"

namespace coinfer::tests {
namespace {

// Time of the whole network here, without what happens between the polls.
constexpr uint32_t whole_us =
    2 * SlowKernels::conv_us + 2 * SlowKernels::dense_us + SlowKernels::add_us + SlowKernels::softmax_us;
constexpr uint32_t polls_us = 8 * 100;  // between the polls of one inference, generously

TEST(Deadline, TheFirstFrameLearnsUnlessCalibrated) {
  Bench<> bench;
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.run({1, 1, 50'000}).cause, Cause::calibrating);
  EXPECT_EQ(bench.run({1, 1, 50'000}).place, Place::edge);

  Bench<> calibrated;
  ASSERT_TRUE(calibrated.connect());
  calibrated.session.calibrate();
  EXPECT_EQ(calibrated.run({1, 1, 50'000}).place, Place::edge);
  EXPECT_EQ(Bench<>().run({4}).place, Place::edge) << "nothing to learn without a deadline";
}

TEST(Deadline, NeverLateWhenALocalAnswerWasFeasible) {
  for (int split = 0; split <= 7; ++split) {
    for (uint64_t compute_us = 100; compute_us < 80'000; compute_us = compute_us * 2 + 77) {
      Bench<> bench;
      ASSERT_TRUE(bench.connect());
      bench.session.calibrate();
      bench.edge.compute_us = compute_us;
      for (uint32_t deadline = 11'000; deadline < 40'000; deadline += 1700) {
        SCOPED_TRACE("split " + std::to_string(split) + ", edge " + std::to_string(compute_us) +
                     " us, deadline " + std::to_string(deadline));
        const Answer answer = bench.run({split, 1, deadline});
        const uint32_t needed = whole_us + polls_us;
        const bool feasible = deadline > needed + bench.options.margin_us;
        EXPECT_FALSE(feasible && answer.late) << answer.times.total_us;
        // What the edge peer can do in time, with what the device keeps for itself, is done there.
        const uint32_t kept = whole_us + bench.options.margin_us + polls_us;
        const bool offloadable = compute_us + 1500 + kept < deadline;
        EXPECT_TRUE(!offloadable || answer.place == Place::edge) << to_string(answer.cause);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Deadline, TheEdgePeerIsTheOnlyChanceWhenItIsTooTightHere) {
  Bench<> bench;
  ASSERT_TRUE(bench.connect());
  bench.session.calibrate();
  const uint32_t tight = SlowKernels::conv_us + 3000;
  const Answer answer = bench.run({1, 1, tight});
  EXPECT_EQ(answer.place, Place::edge);
  EXPECT_FALSE(answer.late);
  bench.edge.compute_us = 10'000;
  const Answer late = bench.run({1, 1, tight});
  EXPECT_EQ(late.place, Place::device);
  EXPECT_EQ(late.cause, Cause::timed_out);
  EXPECT_TRUE(late.late);
  EXPECT_EQ(bench.session.statistics().late, 1U);
}

TEST(Deadline, TheEdgePeerLearnsHowLongItHas) {
  Bench<> bench;
  bench.network.faults.latency_us = 2000;
  ASSERT_TRUE(bench.connect());
  bench.session.calibrate();
  const Answer answer = bench.run({4, 1, 50'000});
  EXPECT_EQ(answer.place, Place::edge);
  const uint32_t tail_us = SlowKernels::add_us + SlowKernels::dense_us + SlowKernels::softmax_us;
  const uint32_t until_given_up = 50'000 - answer.times.head_us - tail_us - bench.options.margin_us;
  ASSERT_EQ(bench.edge.remaining_us.size(), 1U);
  EXPECT_NEAR(bench.edge.remaining_us[0], until_given_up - 2000, 400);
}

TEST(Deadline, NoTimeForARoundTrip) {
  Bench<> bench;
  bench.network.faults.latency_us = 20'000;
  ASSERT_TRUE(bench.connect());
  bench.session.calibrate();
  const Answer answer = bench.run({1, 1, 40'000});
  EXPECT_EQ(answer.cause, Cause::no_time);
  EXPECT_FALSE(answer.late);
  EXPECT_LT(answer.times.total_us, whole_us + polls_us);
  EXPECT_EQ(bench.edge.remaining_us.size(), 0U);
}

TEST(Deadline, OpeningTheLinkDoesNotMakeAnAnswerLate) {
  for (uint32_t deadline = 12'000; deadline < 70'000; deadline += 3000) {
    Bench<> bench;
    bench.session.calibrate();
    bench.network.faults.open_steps = 10;
    bench.network.faults.open_step_us = 19'000;  // a public key operation on a slow machine
    const Answer answer = bench.run({1, 1, deadline});
    EXPECT_FALSE(answer.late) << deadline;
  }
}

TEST(Deadline, OpeningStepsLongerThanGuessedAreLearned) {
  Bench<> bench;
  bench.session.calibrate();
  bench.network.faults.open_steps = 20;
  bench.network.faults.open_step_us = 50'000;
  bench.idle(60'000);  // one step, while nobody waits
  for (int i = 0; i < 10; ++i) {
    const Answer answer = bench.run({1, 1, 50'000});
    EXPECT_FALSE(answer.late);
    EXPECT_EQ(answer.cause, Cause::connecting);
  }
}

TEST(Deadline, WithAnEarlyExitTheWaitMayUseAllButTheMargin) {
  Bench<Head<4>> bench;
  ASSERT_TRUE(bench.connect());
  bench.edge.compute_us = 100'000;
  const Answer answer = bench.run({4, 1, 30'000});
  EXPECT_EQ(answer.cause, Cause::timed_out);
  EXPECT_EQ(answer.exit, 0);
  EXPECT_FALSE(answer.late);
  EXPECT_GT(answer.times.total_us, 27'500U);
}

TEST(Deadline, WithNothingHereItWaitsToTheEnd) {
  Bench<Head<1>> bench;
  ASSERT_TRUE(bench.connect());
  bench.edge.compute_us = 20'000;
  EXPECT_EQ(bench.run({1, 1, 30'000}).place, Place::edge);
  bench.edge.compute_us = 50'000;
  const Answer answer = bench.run({1, 1, 30'000});
  EXPECT_EQ(answer.status, Status::no_answer);
  EXPECT_EQ(answer.cause, Cause::timed_out);
  EXPECT_LT(answer.times.total_us, 30'200U);
  EXPECT_EQ(bench.session.statistics().no_answer, 1U);
}

TEST(Deadline, AnExitFallbackOnAWholeDeviceIsPossible) {
  Bench<WholeNetwork, Fallback::exit> bench;
  bench.network.faults.open_status = Status::link_down;
  bench.idle(20'000);
  EXPECT_EQ(bench.run({4, 1}).exit, 0);
  EXPECT_EQ(bench.run({1, 1}).exit, 0) << "not in the head of this split: computed afterwards";
  EXPECT_EQ(bench.run({8, 1}).exit, 1) << "asked";
}

TEST(Deadline, ASlowFrameIsForgottenSlowly) {
  detail::StageTimes times;
  uint32_t memory[1] = {};
  times.bind(memory);
  EXPECT_FALSE(times.known(0));
  times.learn(0, 1000);
  times.learn(0, 64'000);
  EXPECT_EQ(times.worst_us(0), 64'000U);
  times.learn(0, 1000);
  EXPECT_GT(times.worst_us(0), 60'000U);
  for (int i = 0; i < 400; ++i) times.learn(0, 1000);
  EXPECT_LT(times.worst_us(0), 1300U);
  times.learn(0, 0);
  EXPECT_TRUE(times.known(0));
}

TEST(Patience, WithoutADeadlineASlowLinkIsGivenUp) {
  Bench<> bench;
  ASSERT_TRUE(bench.connect());
  bench.network.faults.up_byte_us = 10'000;
  const Answer slow = bench.run({0, deepest_exit, 0, 30'000});
  EXPECT_EQ(slow.cause, Cause::timed_out);
  EXPECT_EQ(slow.place, Place::device);
  EXPECT_LT(slow.times.total_us, 30'000 + whole_us + polls_us);
  bench.network.faults.up_byte_us = 0;
  bench.idle(10'000'000);
  EXPECT_EQ(bench.run({0, deepest_exit, 0, 30'000}).place, Place::edge);
}

}  // namespace
}  // namespace coinfer::tests
