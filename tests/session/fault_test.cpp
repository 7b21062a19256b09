// SPDX-License-Identifier: Apache-2.0
// A link that splits, stumbles or dies at every byte offset of a session: the answer is the right one or an
// honest status, in time, and the session recovers.
#include "bench.hpp"

namespace coinfer::tests {
namespace {

constexpr Request requests[] = {{1, 1, 60'000}, {4, 1, 0}, {0, 0, 60'000}, {7, 1, 0}};

SessionOptions quick() {
  SessionOptions options;
  options.answer_timeout_us = 100'000;
  options.ping_idle_us = 200'000;
  options.ping_timeout_us = 100'000;
  options.connect_timeout_us = 500'000;
  options.backoff_min_us = 10'000;
  options.backoff_max_us = 100'000;
  return options;
}

// Bytes of each direction when nothing goes wrong.
struct Lengths {
  size_t up, down;
};
Lengths undisturbed() {
  Bench<> bench(quick());
  EXPECT_TRUE(bench.connect());
  bench.session.calibrate();
  for (const Request& request : requests) EXPECT_EQ(bench.run(request).place, Place::edge);
  return {bench.network.up_bytes, bench.network.down_bytes};
}

// All requests with the fault, then without it until the edge peer answers again.
template <class Toy>
void run_with(const Faults& faults, bool calibrated) {
  Toy bench(quick());
  bench.network.faults = faults;
  if (calibrated) bench.session.calibrate();
  bench.connect(20'000);
  uint32_t seed = 40;
  for (const Request& request : requests) {
    const Answer answer = bench.run(request, ++seed);
    EXPECT_FALSE(answer.late) << to_string(answer.cause);
  }
  bench.network.faults = {};
  ASSERT_TRUE(bench.connect(2'000'000)) << to_string(bench.session.link_cause());
  EXPECT_EQ(bench.run({1}, 99).place, Place::edge);
}

using Full = Bench<>;
using Exit = Bench<Head<4>>;  // exit 0 is linked, exit 1 is not
using None = Bench<Head<0>>;

TEST(Fault, TheUndisturbedSessionIsLongEnoughToBreak) {
  const Lengths lengths = undisturbed();
  EXPECT_GT(lengths.up, 400U);
  EXPECT_GT(lengths.down, 100U);
}

TEST(Fault, EveryTransferMayEndAnywhere) {
  const Lengths lengths = undisturbed();
  for (size_t at = 0; at < lengths.up; ++at) {
    SCOPED_TRACE("up, split at " + std::to_string(at));
    Bench<> bench(quick());
    bench.network.faults.split_up_at = at;
    ASSERT_TRUE(bench.connect());
    bench.session.calibrate();
    for (const Request& request : requests) EXPECT_EQ(bench.run(request).place, Place::edge);
    EXPECT_EQ(bench.network.opened, 1);
  }
  for (size_t at = 0; at < lengths.down; ++at) {
    SCOPED_TRACE("down, split at " + std::to_string(at));
    Bench<> bench(quick());
    bench.network.faults.split_down_at = at;
    ASSERT_TRUE(bench.connect());
    bench.session.calibrate();
    for (const Request& request : requests) EXPECT_EQ(bench.run(request).place, Place::edge);
    EXPECT_EQ(bench.network.opened, 1);
  }
}

TEST(Fault, TinyAndStumblingTransfers) {
  for (const size_t most : {1U, 2U, 3U, 7U}) {
    for (const int pending : {0, 2, 3}) {
      SCOPED_TRACE(std::to_string(most) + " bytes, pending every " + std::to_string(pending));
      Bench<> bench(quick());
      bench.network.faults.most_up = bench.network.faults.most_down = most;
      bench.network.faults.pending_every = pending;
      ASSERT_TRUE(bench.connect());
      bench.session.calibrate();
      for (const Request& request : requests) EXPECT_EQ(bench.run(request).place, Place::edge);
      EXPECT_EQ(bench.network.opened, 1);
    }
  }
}

template <class Toy>
void die_everywhere() {
  const Lengths lengths = undisturbed();
  for (const bool silent : {false, true}) {
    for (const bool up : {true, false}) {
      for (size_t at = 0; at < (up ? lengths.up : lengths.down); ++at) {
        SCOPED_TRACE(std::string(up ? "up" : "down") + (silent ? ", silent" : "") + " at " +
                     std::to_string(at));
        Faults faults;
        faults.silent = silent;
        (up ? faults.cut_up_at : faults.cut_down_at) = at;
        run_with<Toy>(faults, at % 2 == 0);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Fault, DiesAtEveryByteWithTheWholeNetworkHere) { die_everywhere<Full>(); }

// The requests of these benches must be possible for their head.
TEST(Fault, DiesAtEveryByteWithAnEarlyExitHere) {
  for (const bool silent : {false, true}) {
    for (const bool up : {true, false}) {
      for (size_t at = 0; at < 400; ++at) {
        SCOPED_TRACE(std::string(up ? "up" : "down") + (silent ? ", silent" : "") + " at " +
                     std::to_string(at));
        Exit bench(quick());
        (up ? bench.network.faults.cut_up_at : bench.network.faults.cut_down_at) = at;
        bench.network.faults.silent = silent;
        bench.connect(20'000);
        for (const Request& request : {Request{4, 1, 0}, Request{1, 1, 60'000}, Request{3, 1, 0}}) {
          const Answer answer = bench.run(request);
          EXPECT_FALSE(answer.late);
          EXPECT_EQ(answer.exit, answer.place == Place::edge ? 1 : 0);
        }
        bench.network.faults = {};
        ASSERT_TRUE(bench.connect(2'000'000));
        EXPECT_EQ(bench.run({4}).place, Place::edge);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Fault, DiesAtEveryByteWithNothingHere) {
  for (const bool up : {true, false}) {
    for (size_t at = 0; at < 400; ++at) {
      SCOPED_TRACE(std::string(up ? "up" : "down") + " at " + std::to_string(at));
      None bench(quick());
      (up ? bench.network.faults.cut_up_at : bench.network.faults.cut_down_at) = at;
      bench.connect(20'000);
      for (const Request& request : {Request{0, 1, 0}, Request{0, 0, 60'000}}) {
        const Answer answer = bench.run(request);
        EXPECT_EQ(answer.status == Status::ok, answer.place == Place::edge);
        EXPECT_NE(answer.status == Status::ok, answer.cause != Cause::none);
      }
      bench.network.faults = {};
      ASSERT_TRUE(bench.connect(2'000'000));
      EXPECT_EQ(bench.run({0}).place, Place::edge);
      if (testing::Test::HasFailure()) return;
    }
  }
}

// Without TLS, as a hostile but authenticated peer could: no crash, no hang, and what is finished here is
// right and in time.
TEST(Fault, AnyByteOfTheEdgePeerMayBeWrong) {
  const Lengths lengths = undisturbed();
  for (size_t at = 0; at < lengths.down; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      SCOPED_TRACE("bit " + std::to_string(bit) + " of byte " + std::to_string(at));
      Bench<> bench(quick());
      bench.network.faults.flip_down_at = at;
      bench.network.faults.flip_mask = static_cast<uint8_t>(1U << bit);
      bench.session.calibrate();
      bench.connect(20'000);
      for (const Request& request : requests) EXPECT_FALSE(bench.run(request).late);
      bench.network.faults = {};
      Answer answer;
      for (int i = 0; i < 4 && answer.place != Place::edge; ++i) {  // a wrong window is noticed after two
        bench.idle(200'000);
        answer = bench.run({1}, 99);
      }
      EXPECT_EQ(answer.place, Place::edge) << to_string(answer.cause);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Fault, RandomBytesAfterTheWelcome) {
  std::mt19937 random(17);
  for (int round = 0; round < 500; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    Bench<> bench(quick());
    ASSERT_TRUE(bench.connect());
    ByteVector bytes(6 + random() % 300);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    if (round % 2 == 0) bytes[0] = static_cast<uint8_t>(4 + random() % 8), bytes[1] = bytes[3] = bytes[5] = 0;
    bench.network.inject(bytes);
    EXPECT_EQ(bench.run({1}).status, Status::ok);
    bench.run({4, 1, 60'000});
    ASSERT_TRUE(bench.connect(2'000'000));
  }
}

TEST(Fault, AnUnreachableEdgePeerCostsNothingAfterTheFirstTry) {
  Bench<> bench(quick());
  bench.network.faults.open_status = Status::link_down;
  bench.connect(50'000);
  for (int i = 0; i < 50; ++i) {
    const Answer answer = bench.run({1});
    EXPECT_EQ(answer.cause, Cause::link_down);
    EXPECT_EQ(answer.times.link_us / 100, 0U);
  }
}

TEST(Fault, BacksOffWithJitterAndStartsOverAfterSuccess) {
  SessionOptions options;
  options.backoff_min_us = 100'000;
  options.backoff_max_us = 10'000'000;
  Bench<> bench(options);
  bench.network.faults.open_status = Status::link_down;
  std::vector<uint64_t> attempts;
  uint32_t failed = 0;
  const uint64_t end_us = simulated_now_us + 300'000'000;
  while (simulated_now_us < end_us) {
    simulated_now_us += 1000;
    static_cast<void>(bench.session.poll());
    if (bench.session.statistics().failed_connections == failed) continue;
    failed = bench.session.statistics().failed_connections;
    attempts.push_back(simulated_now_us);
  }
  // Full jitter up to 10 s: 300 s hold about 60 attempts, the first ones closer together.
  EXPECT_GT(attempts.size(), 45U);
  EXPECT_LT(attempts.size(), 110U);
  EXPECT_LT(attempts[3] - attempts[0], 1'500'000U);
  uint64_t longest = 0;
  for (size_t i = 1; i < attempts.size(); ++i) longest = std::max(longest, attempts[i] - attempts[i - 1]);
  EXPECT_GT(longest, 8'000'000U);
  EXPECT_LT(longest, 10'100'000U);

  bench.network.faults = {};
  ASSERT_TRUE(bench.connect(11'000'000));
  EXPECT_EQ(bench.run({1}).place, Place::edge);
  bench.network.hang_up();
  EXPECT_EQ(bench.run({1}).cause, Cause::link_down);
  EXPECT_TRUE(bench.connect(250'000)) << "the back-off did not start over";
}

}  // namespace
}  // namespace coinfer::tests
