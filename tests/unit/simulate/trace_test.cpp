// SPDX-License-Identifier: Apache-2.0
// The world of the simulation: links, losses, recordings, the edge peer's queue.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "files/files.hpp"
#include "random.hpp"
#include "simulate/change_detector.hpp"
#include "simulate/edge_peer.hpp"
#include "simulate/trace_source.hpp"

namespace {

using namespace coinfer::simulate;
using coinfer::test::Random;

constexpr double infinity = std::numeric_limits<double>::infinity();

Trace random_trace(Random& random, bool partitions) {
  std::vector<Segment> segments;
  double end_us = 0.0;
  for (int i = random.between(1, 30); i >= 0; --i) {
    end_us += random.real(1, 1e6);
    segments.push_back(
        {end_us, random.real(0.01, 1000), random.real(0, 1e5), i == 0 || !partitions || !random.one_in(4)});
  }
  return Trace(segments);
}

TEST(Trace, ATransferTakesTheAreaUnderTheBandwidth) {
  for (int seed = 0; seed < coinfer::test::case_count(); ++seed) {
    Random random(seed);
    const Trace trace = random_trace(random, false);
    const double start_us = random.real(0, 1e7);
    const double bytes = random.real(0, 1e6);
    const double end_us = trace.sent_us(start_us, bytes);
    double sent = 0.0;
    double begin_us = 0.0;
    for (const Segment& segment : trace.segments()) {
      const double from = std::max(begin_us, start_us);
      const double to = std::min(segment.end_us, end_us);
      if (to > from) sent += (to - from) / segment.us_per_byte;
      begin_us = segment.end_us;
    }
    ASSERT_NEAR(sent, bytes, 1e-6 * (bytes + 1) + 1e-9 * end_us * 100) << seed;
    ASSERT_NEAR(trace.sent_bytes(start_us, end_us), sent, 1e-6 * (bytes + 1)) << seed;
  }
}

TEST(Trace, APartitionStopsEverythingUntilARetransmission) {
  const Trace trace({{1e6, 1.0, 10'000, true}, {2e6, 1.0, 10'000, false}, {3e6, 2.0, 10'000, true}});
  EXPECT_DOUBLE_EQ(trace.sent_us(0, 1e6), 1e6);
  // Tried after 0.2, 0.6 and 1.4 s.
  EXPECT_DOUBLE_EQ(trace.sent_us(0, 1e6 + 1), 2.4e6 + 2);
  EXPECT_DOUBLE_EQ(trace.sent_us(1.9e6, 1), 2.1e6 + 2);
  EXPECT_DOUBLE_EQ(trace.sent_bytes(0, 2.3e6), 1e6);
  EXPECT_DOUBLE_EQ(trace.sent_bytes(0, 2.5e6), 1e6 + 5e4);
}

TEST(Trace, NothingPassesWhileItIsDown) {
  for (int seed = 0; seed < coinfer::test::case_count(); ++seed) {
    Random random(seed);
    const Trace trace = random_trace(random, true);
    const double start_us = random.real(0, 1e7);
    const double end_us = trace.sent_us(start_us, random.real(1, 1e5));
    ASSERT_TRUE(trace.at(std::nextafter(end_us, 0.0)).up) << seed;
  }
}

// A lost segment that is the last one waits for the timeout each time.
TEST(Losses, ALostSegmentIsSentAgainAfterItsTimeout) {
  const Trace trace({{1.0, 2.0, 150'000, true}});
  int lost = 0;
  const int cases = 10 * coinfer::test::case_count();
  for (int seed = 0; seed < cases; ++seed) {
    Losses losses(0.3, {static_cast<std::uint64_t>(seed)});
    Losses copy = losses;
    int times = 0;
    for (; copy.arriving() < 1; ++times) copy.lose();
    lost += times;
    ASSERT_DOUBLE_EQ(transfer_end_us(trace, 0, 1000, losses), 2000.0 * (times + 1) + 300'000.0 * times);
  }
  EXPECT_NEAR(lost, cases * 0.3 / 0.7, 5 * std::sqrt(cases * 0.3) / 0.7);
}

TEST(Losses, OneAmongManyCostsARoundTripAndItsBytes) {
  const Trace trace({{1.0, 2.0, 150'000, true}});
  bool seen = false;
  for (std::uint64_t seed = 0; seed < 1000 && !seen; ++seed) {
    Losses losses(0.005, {seed});
    Losses copy = losses;
    if (copy.arriving() >= 60) continue;
    copy.pass(copy.arriving());
    copy.lose();
    if (copy.arriving() < 100) continue;
    seen = true;
    EXPECT_DOUBLE_EQ(transfer_end_us(trace, 0, 100 * segment_bytes, losses),
                     2 * 101 * segment_bytes + 150'000);
  }
  EXPECT_TRUE(seen);
  Losses none(0.0, {1});
  EXPECT_DOUBLE_EQ(transfer_end_us(trace, 0, 1e6, none), 2e6);
}

class Recording : public testing::Test {
 protected:
  std::string write(const std::string& text) const {
    std::ofstream(path_) << text;
    return path_;
  }
  void expect_refused(const std::string& text, const std::string& about) const {
    try {
      read_csv(write(text), 1000);
      ADD_FAILURE() << text << " was taken";
    } catch (const coinfer::files::FileError& error) {
      EXPECT_NE(std::string(error.what()).find(about), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(path_), std::string::npos) << error.what();
    }
  }
  void TearDown() override { std::remove(path_.c_str()); }

 private:
  std::string path_ = testing::TempDir() + "trace_test_recording.csv";
};

TEST_F(Recording, IsReadAndRepeated) {
  const std::string path =
      write("time,bandwidth,rtt,up\r\n10,8000000,2000\n11,4000000,3000,1\n13,0\n14,1,7,0\n");
  const std::vector<Segment> segments = read_csv(path, 1000);
  ASSERT_EQ(segments.size(), 4U);
  EXPECT_DOUBLE_EQ(segments[0].end_us, 1e6);
  EXPECT_DOUBLE_EQ(segments[1].end_us, 3e6);
  EXPECT_DOUBLE_EQ(segments[3].end_us, 5e6);
  EXPECT_DOUBLE_EQ(segments[1].us_per_byte, 2.0);
  EXPECT_DOUBLE_EQ(segments[2].round_trip_us, 1000);
  EXPECT_TRUE(segments[1].up);
  EXPECT_FALSE(segments[2].up);
  EXPECT_FALSE(segments[3].up);
  const Trace trace = TraceSource(path, 1000).make(20e6, {}, 1, 0);
  EXPECT_DOUBLE_EQ(trace.at(10.5e6).us_per_byte, 1.0);
  EXPECT_DOUBLE_EQ(trace.at(11.5e6).us_per_byte, 2.0);
  EXPECT_FALSE(trace.at(13.5e6).up);
}

TEST_F(Recording, ThatIsNoneIsRefused) {
  expect_refused("", "two lines or more");
  expect_refused("time,bandwidth\n", "two lines or more");
  expect_refused("0,1000\n", "two lines or more");
  expect_refused("0,1000\n1,-5\n", "line 2: the bandwidth");
  expect_refused("0,1000\n1,nan\n", "line 2: the bandwidth");
  expect_refused("0,inf\n1,5\n", "line 1: the bandwidth");
  expect_refused("0,1000\n-1,5\n", "line 2: the time");
  expect_refused("0,1000\n0,5\n", "line 2: its time");
  expect_refused("0,1000\n2\n", "line 2: needs a time and a bandwidth");
  expect_refused("0,1000\n2,x\n", "line 2: the bandwidth");
  expect_refused("0,1000,-1\n2,5\n", "line 1: the round trip");
  expect_refused("0,1000,1,0.5\n2,5\n", "line 1: up is neither");
  expect_refused("0,1000,1,1,1\n2,5\n", "line 1: has more than four columns");
  expect_refused("0,1000\nx,5\n", "line 2: the time");
  std::string lines;
  for (int i = 0; i <= 1'000'000; ++i) lines += std::to_string(i) + ",1\n";
  expect_refused(lines, "more than 1,000,000 lines");
}

TEST_F(Recording, ThatIsTooLongIsNotEvenRead) {
  const std::string path = write("0,1\n1,1\n");
  std::filesystem::resize_file(path, std::uintmax_t{65} << 20);
  EXPECT_THROW(read_csv(path, 1000), coinfer::files::FileError);
}

TEST(TraceSource, WhatIsNoTraceIsRefused) {
  for (const char* text : {"", "wimax", "constant:", "constant:-1", "constant:nan", "constant:0", "markov:1M",
                           "markov:1M/1s", "markov:1M/1s,2M", "markov:1M/1s,2M/-1s", "markov:1M/1,2M/1s"}) {
    EXPECT_THROW(TraceSource(text, 1000), std::invalid_argument) << text;
  }
  for (const char* text : {"", "s", "10", "-1s", "nans", "1e99s", "0s", "1 s"})
    EXPECT_THROW(parse_duration_us("--duration", text), std::invalid_argument) << text;
  EXPECT_DOUBLE_EQ(parse_duration_us("--duration", "1.5m"), 90e6);
}

// Median, and for how long a link of levels is in each.
TEST(TraceSource, GeneratorsKeepTheirParameters) {
  for (const Process& process : known_processes()) {
    const Trace trace = TraceSource(process.name, 0).make(20'000e6, {}, 7, 0);
    double below_median_us = 0.0;
    double begin_us = 0.0;
    std::vector<double> in_level_us(process.levels.size(), 0.0);
    for (const Segment& segment : trace.segments()) {
      const double bits = 8e6 / segment.us_per_byte;
      const double us = std::min(segment.end_us, 20'000e6) - begin_us;
      begin_us = segment.end_us;
      if (bits < process.median_bits_per_second) below_median_us += us;
      for (std::size_t i = 0; i < in_level_us.size(); ++i) {
        if (std::abs(bits / process.levels[i].bits_per_second - 1) < 1e-6) in_level_us[i] += us;
      }
      ASSERT_GE(segment.round_trip_us, process.round_trip_us);
    }
    if (process.levels.empty()) {
      EXPECT_NEAR(below_median_us / 20'000e6, 0.5, 0.06) << process.name;
      continue;
    }
    double sum_us = 0.0;
    for (const Level& level : process.levels) sum_us += level.mean_us;
    for (std::size_t i = 0; i < in_level_us.size(); ++i)
      EXPECT_NEAR(in_level_us[i] / 20'000e6, process.levels[i].mean_us / sum_us, 0.12) << process.name << i;
  }
}

TEST(TraceSource, PartitionsLastAsLongAsAskedFor) {
  const Trace trace = TraceSource("constant:1M", 1000).make(100'000e6, {30e6, 10e6}, 3, 0);
  double down_us = 0.0;
  double begin_us = 0.0;
  for (const Segment& segment : trace.segments()) {
    if (!segment.up) down_us += segment.end_us - begin_us;
    begin_us = segment.end_us;
  }
  EXPECT_NEAR(down_us / 100'000e6, 0.25, 0.02);
}

Job job(std::uint64_t owner, double due_us, double service_us) {
  return {owner, due_us, service_us, 0, true};
}

TEST(EdgePeer, TheEarliestDeadlineIsFirst) {
  EdgePeer edge({.workers = 1, .longest_queue = 4});
  EXPECT_TRUE(edge.arrive(job(1, 1000, 10)));
  EXPECT_EQ(edge.start(0)->owner, 1U);
  EXPECT_TRUE(edge.arrive(job(2, 900, 10)));
  EXPECT_TRUE(edge.arrive(job(3, 100, 10)));
  EXPECT_TRUE(edge.arrive(job(4, 15, 10)));
  EXPECT_TRUE(edge.arrive(job(5, infinity, 10)));
  EXPECT_FALSE(edge.arrive(job(6, 1, 10)));
  EXPECT_EQ(edge.load_permille(), 5000U);
  EXPECT_FALSE(edge.start(5));
  edge.finish(10);
  EXPECT_EQ(edge.start(15)->owner, 3U);  // nobody waits for job 4 any more
  edge.cancel(2);
  edge.finish(25);
  EXPECT_EQ(edge.start(25)->owner, 5U);
  EXPECT_FALSE(edge.start(26));
}

TEST(EdgePeer, OrTheFirstThatCame) {
  EdgePeer edge({.workers = 2, .earliest_deadline_first = false});
  for (std::uint64_t i = 1; i <= 3; ++i)
    EXPECT_TRUE(edge.arrive(job(i, 1000.0 / static_cast<double>(i), 10)));
  EXPECT_EQ(edge.start(0)->owner, 1U);
  EXPECT_EQ(edge.start(0)->owner, 2U);
  EXPECT_FALSE(edge.start(0));
  EXPECT_DOUBLE_EQ(edge.begin_us({4, 1, 10, 2, false}, 1), 10);
}

// What is foreseen is what happens when nothing else comes.
TEST(EdgePeer, ForeseesItsQueue) {
  for (int seed = 0; seed < coinfer::test::case_count(); ++seed) {
    Random random(seed);
    EdgePeer edge({.workers = random.between(1, 3), .earliest_deadline_first = random.one_in(2)});
    for (std::uint64_t i = 0; i < 8; ++i)
      EXPECT_TRUE(edge.arrive({i, random.real(0, 100), random.real(1, 10), 0, false}));
    std::vector<double> ends;
    while (const auto begun = edge.start(0)) ends.push_back(begun->service_us);
    const Job mine = {99, random.real(0, 100), 5, 0, false};
    const double foreseen_us = edge.begin_us(mine, 0);
    EXPECT_TRUE(edge.arrive(mine));
    double begun_us = -1;
    while (begun_us < 0) {
      const auto next = std::ranges::min_element(ends);
      const double now_us = *next;
      ends.erase(next);
      edge.finish(now_us);
      while (const auto begun = edge.start(now_us)) {
        ends.push_back(now_us + begun->service_us);
        if (begun->owner == 99) begun_us = now_us;
      }
    }
    ASSERT_DOUBLE_EQ(begun_us, foreseen_us) << seed;
  }
}

TEST(ChangeDetector, FindsAStepAndLeavesNoiseAlone) {
  int false_alarms = 0;
  int delay = 0;
  constexpr int cases = 50;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    coinfer::simulate::Random random = {seed};
    ChangeDetector detector({});
    for (int i = 0; i < 100; ++i) false_alarms += detector.add(0.1 * random.normal()) && i > 3 ? 1 : 0;
    int waited = 1;
    while (!detector.add(1.0 + 0.1 * random.normal()) && waited < 50) ++waited;
    delay += waited;
    EXPECT_NEAR(detector.mean(), 1.0, 0.4);
  }
  EXPECT_LE(false_alarms, 3);
  EXPECT_LE(delay, 4 * cases);
}

TEST(ChangeDetector, ItsProbabilitiesSumToOne) {
  coinfer::simulate::Random random = {1};
  ChangeDetector detector({});
  for (int i = 0; i < 300; ++i) {
    detector.add(random.normal() * (i % 50 == 0 ? 1e6 : 1));
    double sum = 0.0;
    for (const double probability : detector.probabilities()) sum += probability;
    ASSERT_NEAR(sum, 1.0, 1e-9);
  }
}

}  // namespace
