// SPDX-License-Identifier: Apache-2.0
// A session on a good link: every split and exit, what the answer says, the blocking wrapper, idle times.
#include <coinfer/session.hpp>

#include "bench.hpp"

namespace coinfer::tests {

// A network at whose split points too many tensors cross.
struct CrowdedDevice : Device<toy::Model, SlowKernels> {};

// The first exit ends in later stages than the second one.
struct CrossedExits : toy::Model {
  static constexpr uint8_t exit_of_output[] = {1, 0, 0};
};

}  // namespace coinfer::tests

namespace coinfer {

template <>
struct SessionNetwork<tests::CrowdedDevice> : SessionNetwork<Device<toy::Model, tests::SlowKernels>> {
  template <class... Args>
  static bool crossing(const Args&... /*args*/) {
    return false;
  }
};

}  // namespace coinfer

namespace coinfer::tests {
namespace {

using Net = Topology<toy::Model>;

TEST(ToyModel, ItsOutputsSpreadAndDepend) {
  const auto first = expected_outputs(toy_input(1));
  const auto second = expected_outputs(toy_input(2));
  for (size_t o = 0; o < 3; ++o) {
    EXPECT_NE(first[o], second[o]);
    EXPECT_NE(first[o], ByteVector(first[o].size(), first[o][0])) << "output " << o << " is constant";
  }
  EXPECT_EQ(Net::crossing(4, 1).count, 2);
}

TEST(Session, AnswersAtEverySplitAndExit) {
  Bench<> bench;
  ASSERT_TRUE(bench.connect());
  uint32_t seed = 100;
  for (int exit = 0; exit < 2; ++exit) {
    for (int split = 0; split <= Net::stage_count; ++split) {
      SCOPED_TRACE("split " + std::to_string(split) + " exit " + std::to_string(exit));
      const Answer answer = bench.run({split, exit}, ++seed);
      const bool offloads = !Net::exit_in_head(exit, split);
      EXPECT_EQ(answer.place, offloads ? Place::edge : Place::device);
      EXPECT_EQ(answer.cause, offloads ? Cause::none : Cause::asked);
      EXPECT_EQ(answer.bytes.sent_payload,
                offloads ? static_cast<uint32_t>(Net::crossing(split, exit).bytes) : 0);
    }
  }
  EXPECT_EQ(bench.network.opened, 1);
  EXPECT_EQ(bench.session.statistics().connections, 1U);
}

TEST(Session, SaysWhereTheTimeAndTheBytesWent) {
  Bench<> bench;
  ASSERT_TRUE(bench.connect());
  bench.edge.compute_us = 5000;
  const Answer answer = bench.run({1});
  EXPECT_GE(answer.times.head_us, SlowKernels::conv_us);
  EXPECT_LT(answer.times.head_us, SlowKernels::conv_us + 500);
  EXPECT_EQ(answer.times.tail_us, 5000U);
  EXPECT_GE(answer.times.wait_us, 5000U + 2 * 200);
  EXPECT_LT(answer.times.wait_us, 5000U + 2 * 200 + 500);
  EXPECT_EQ(answer.times.local_us, 0U);
  EXPECT_LT(answer.times.link_us, 10U);
  const uint32_t parts = answer.times.head_us + answer.times.send_us + answer.times.wait_us;
  EXPECT_NEAR(answer.times.total_us, parts, 100);
  EXPECT_EQ(answer.load, 250U);
  EXPECT_EQ(answer.bytes.sent_payload, 64U);
  EXPECT_EQ(answer.bytes.received_payload, 12U);
  EXPECT_GT(answer.bytes.sent, 64U);
  EXPECT_LT(answer.bytes.sent, 64U + 40U);
  EXPECT_EQ(bench.edge.remaining_us.back(), 0U) << "no deadline was asked for";

  const Answer local = bench.run({Net::stage_count});
  EXPECT_NEAR(local.times.head_us, local.times.total_us, 10);
  EXPECT_EQ(local.bytes.sent, 0U);
}

TEST(Session, BlockingInferenceConnectsByItself) {
  Bench<> bench;
  const ToyInput input = toy_input(3);
  std::memcpy(bench.device.input(), input.data(), input.size());
  const Answer& answer = bench.session.infer({4});
  EXPECT_EQ(answer.place, Place::edge);
  EXPECT_GT(answer.times.link_us, 0U);
  const int8_t* scores = bench.session.output<1>();
  EXPECT_EQ(std::memcmp(scores, expected_outputs(input)[1].data(), 6), 0);
}

TEST(Session, ConnectsAheadOrSaysWhyNot) {
  Bench<> bench;
  EXPECT_EQ(bench.session.connect(1'000'000), Status::ok);
  EXPECT_EQ(bench.session.link_cause(), Cause::none);
  EXPECT_GT(bench.session.round_trip_us(), 400U);
  EXPECT_LT(bench.session.round_trip_us(), 1000U);

  Bench<> stranger;
  stranger.network.faults.open_status = Status::not_trusted;
  EXPECT_EQ(stranger.session.connect(1'000'000), Status::timed_out);
  EXPECT_EQ(stranger.session.link_cause(), Cause::not_trusted);
  EXPECT_EQ(stranger.run({2}).cause, Cause::not_trusted);
}

TEST(Session, RunsOnlyOneStagePerPoll) {
  Bench<> bench;
  ASSERT_TRUE(bench.connect());
  bench.network.faults.cut_up_at = 0;  // the link breaks at the first byte: the rest runs here
  bench.session.start({4});
  uint64_t longest = 0;
  for (Status status = Status::pending; status == Status::pending;) {
    const uint64_t begin = simulated_now_us;
    status = bench.session.poll();
    longest = std::max(longest, simulated_now_us - begin);
  }
  EXPECT_GE(longest, SlowKernels::conv_us);
  EXPECT_LT(longest, SlowKernels::conv_us + 200);
}

TEST(Session, SendsAFeatureLargerThanWindowFramesAndBuffer) {
  serve::ConnectionLimits limits;
  limits.window_bytes = 50;
  limits.max_payload_bytes = 20;
  limits.max_pending_output_bytes = 10;
  Bench<> bench({}, limits);
  ASSERT_TRUE(bench.connect());
  for (int split = 0; split < Net::stage_count; ++split) EXPECT_EQ(bench.run({split}).place, Place::edge);
  EXPECT_EQ(bench.edge.counters().get(serve::Event::credit_exceeded), 0U);
}

TEST(Session, ASplitThatTheWireCannotNameIsFinishedHere) {
  Bench<> bench;
  CrowdedDevice device;
  Session<CrowdedDevice> session;
  session.bind(device, bench.network.connector(), simulated_clock(), bench.entropy.entropy(), bench.options);
  ASSERT_EQ(session.connect(1'000'000), Status::ok);
  const ToyInput input = toy_input(5);
  std::memcpy(device.input(), input.data(), input.size());
  EXPECT_EQ(session.infer({4}).cause, Cause::unusable_split);
  EXPECT_EQ(std::memcmp(session.output(1), expected_outputs(input)[1].data(), 6), 0);
  EXPECT_TRUE(bench.edge.remaining_us.empty()) << "nothing was asked";
}

TEST(Session, AFallbackToAnExitAnswersOnlyWhatWasMade) {
  using ExitDevice = Device<CrossedExits, SlowKernels, Head<4>>;  // the second exit is linked, not the first
  static_assert(ExitDevice::fallback == Fallback::exit);
  for (int exit = 0; exit < 2; ++exit) {
    for (int split = 0; split <= 4; ++split) {
      SCOPED_TRACE("split " + std::to_string(split) + " exit " + std::to_string(exit));
      Bench<> bench;
      bench.network.faults.open_status = Status::link_down;
      ExitDevice device;
      Session<ExitDevice> session;
      session.bind(device, bench.network.connector(), simulated_clock(), bench.entropy.entropy(),
                   bench.options);
      const ToyInput input = toy_input(6);
      std::memcpy(device.input(), input.data(), input.size());
      const Answer& answer = session.infer({split, exit});
      ASSERT_EQ(answer.status, Status::ok);
      EXPECT_EQ(answer.exit, 1);
      const ByteVector expected = expected_outputs(input)[0];
      ASSERT_NE(session.output(0), nullptr);
      EXPECT_EQ(ByteVector(session.output(0), session.output(0) + expected.size()), expected);
      EXPECT_EQ(session.output(1), nullptr);
      EXPECT_EQ(session.output(2), nullptr);
    }
  }
}

TEST(Session, KeepsAnIdleLinkAliveAndNoticesASilentPeer) {
  SessionOptions options;
  options.ping_idle_us = 1'000'000;
  options.ping_timeout_us = 500'000;
  Bench<> bench(options);
  ASSERT_TRUE(bench.connect());
  bench.idle(10'000'000);
  EXPECT_TRUE(bench.session.connected());
  EXPECT_EQ(bench.network.opened, 1);
  bench.network.faults.silent = true;
  bench.network.faults.cut_down_at = 0;
  bench.idle(2'000'000);
  EXPECT_FALSE(bench.session.connected());
  EXPECT_EQ(bench.session.link_cause(), Cause::link_down);
}

TEST(Session, SurvivesACallerThatStopsPolling) {
  SessionOptions options;
  options.ping_idle_us = 1'000'000;
  options.ping_timeout_us = 500'000;
  Bench<> bench(options);
  ASSERT_TRUE(bench.connect());
  for (int i = 0; i < 50; ++i) {
    simulated_now_us += 700'000 + static_cast<uint64_t>(i) * 13'337;
    static_cast<void>(bench.session.poll());
  }
  EXPECT_EQ(bench.run({3}).place, Place::edge);
  EXPECT_EQ(bench.network.opened, 1);
}

}  // namespace
}  // namespace coinfer::tests
