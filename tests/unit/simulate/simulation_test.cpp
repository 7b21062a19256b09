// SPDX-License-Identifier: Apache-2.0
// Whole simulations: nothing is lost, nothing is left to chance, nobody beats the oracle, and our policy
// keeps its deadlines when the link does not.
#include <gtest/gtest.h>

#include "scenarios.hpp"

namespace {

using namespace scenarios;
using coinfer::test::Random;

constexpr PolicyKind baselines[] = {PolicyKind::device_only,   PolicyKind::edge_raw,
                                    PolicyKind::shao,          PolicyKind::neurosurgeon,
                                    PolicyKind::edgent_static, PolicyKind::edgent_dynamic};

// Any network on any link.
Scenario random_scenario(Random& random) {
  const int exits = random.between(1, 3);
  const int stages = random.between(2 * exits, 20);
  const double total_us = std::exp(random.real(std::log(2e3), std::log(4e5)));
  Scenario scenario = network(stages, exits, total_us / stages, random.real(300, 30'000));
  scenario.seed = static_cast<std::uint64_t>(random.between(0, 1'000'000));
  scenario.duration_us = 20e6;
  scenario.frames_per_second = random.real(1, 20);
  scenario.setting.objective = static_cast<Objective>(random.between(0, 2));
  if (!random.one_in(4)) scenario.setting.deadline_us = std::round(total_us * random.real(0.1, 3));
  scenario.loss = random.one_in(2) ? 0.0 : random.real(0, 0.1);
  scenario.edge.workers = random.between(1, 2);
  scenario.edge.earliest_deadline_first = random.one_in(2);
  scenario.edge.longest_queue = random.between(1, 20);
  if (random.one_in(2)) {
    scenario.edge.others_per_second = random.real(1, 100);
    scenario.edge.others_us = random.real(10, 10'000);
  }
  scenario.detector = random.one_in(2) ? Detector::cusum : Detector::bayes;
  constexpr const char* links[] = {"wifi", "lte", "lora", "ble", "constant:2M", "markov:10M/3s,50k/1s"};
  const Partitions partitions =
      random.one_in(2) ? Partitions{} : Partitions{random.real(1e6, 2e7), random.real(1e4, 5e6)};
  connect(scenario, TraceSource(links[random.between(0, 5)], 20'000), partitions, random.between(1, 5));
  return scenario;
}

TEST(Simulation, EveryFrameIsAccountedFor) {
  for (int seed = 0; seed < coinfer::test::case_count() / 40; ++seed) {
    Random random(seed);
    const Scenario scenario = random_scenario(random);
    for (const PolicyKind policy : all_policies) {
      if (policy == PolicyKind::edge_compressed) continue;
      const Result result = simulate(scenario, policy);
      // Of the last frame of each device it depends on the phase whether it still comes.
      const auto whole = static_cast<std::uint64_t>(scenario.duration_us / 1e6 * scenario.frames_per_second);
      const std::uint64_t devices = scenario.traces.size();
      ASSERT_GE(result.frames(), whole * devices) << seed;
      ASSERT_LE(result.frames(), (whole + 1) * devices) << seed;
      ASSERT_LE(result.unfinished, devices);
      ASSERT_EQ(result.latencies_us.size(), result.at_edge + result.on_device);
      ASSERT_EQ(result.given_up_us.size(), result.unanswered);
      ASSERT_LE(result.dropped_us.size(), result.dropped);
      ASSERT_LE(result.on_time, result.at_edge + result.on_device);
      ASSERT_LE(result.on_time_accuracy(), result.hit_rate());
      std::uint64_t causes = 0;
      for (const std::uint64_t count : result.causes) causes += count;
      ASSERT_EQ(causes, result.on_device);
      const bool falls_back = policy == PolicyKind::ours || policy == PolicyKind::oracle;
      ASSERT_TRUE(!falls_back || result.unanswered == 0);
    }
  }
}

TEST(Simulation, TheSeedDecidesEverything) {
  Random random(5);
  Scenario scenario = random_scenario(random);
  scenario.loss = 0.02;
  for (const PolicyKind policy : {PolicyKind::ours, PolicyKind::edgent_dynamic, PolicyKind::oracle}) {
    const Result first = simulate(scenario, policy);
    const Result second = simulate(scenario, policy);
    EXPECT_EQ(first.latencies_us, second.latencies_us);
    EXPECT_EQ(first.bytes, second.bytes);
    EXPECT_EQ(first.energy_uj, second.energy_uj);
    EXPECT_EQ(first.events, second.events);
  }
  const Trace same = TraceSource("wifi", 0).make(1e6, {}, 1, 0);
  EXPECT_EQ(same.segments()[3].us_per_byte,
            TraceSource("wifi", 0).make(1e6, {}, 1, 0).segments()[3].us_per_byte);
  EXPECT_NE(same.segments()[3].us_per_byte,
            TraceSource("wifi", 0).make(1e6, {}, 2, 0).segments()[3].us_per_byte);
  EXPECT_NE(same.segments()[3].us_per_byte,
            TraceSource("wifi", 0).make(1e6, {}, 1, 1).segments()[3].us_per_byte);
}

// On a link that does not change, with an edge peer of its own: up to 0.1%, since a way that takes longer now
// can drop another frame later.
TEST(Simulation, NobodyBeatsTheOracle) {
  for (const Objective objective : {Objective::latency, Objective::accuracy, Objective::energy}) {
    for (const char* link : {"constant:50k", "constant:300k", "constant:2M", "constant:20M"}) {
      Scenario scenario = network(12, 3, 2000, 6000);
      scenario.setting.objective = objective;
      scenario.setting.deadline_us = objective == Objective::latency ? 0.0 : 20'000;
      connect(scenario, TraceSource(link, 5000), {}, 1);
      const Result oracle = simulate(scenario, PolicyKind::oracle);
      for (const PolicyKind policy : baselines) {
        const Result result = simulate(scenario, policy);
        if (result.on_time == 0) continue;  // of no answer the energy per answer is unknown
        EXPECT_GE(regret(result, oracle, objective), -0.001) << link << " " << to_string(policy);
      }
      const double ours = regret(simulate(scenario, PolicyKind::ours), oracle, objective);
      EXPECT_GE(ours, -0.001) << link;
      EXPECT_LE(ours, 0.03) << link;
    }
  }
}

// A thousand frames in each case, many of them in partitions.
TEST(Simulation, NoDeadlineIsMissedThatALocalFinishKeeps) {
  std::uint64_t requests = 0;
  std::uint64_t fallbacks = 0;
  std::uint64_t edge = 0;
  for (int seed = 0; seed < coinfer::test::case_count() / 20; ++seed) {
    Random random(seed);
    Scenario scenario = network(10, random.between(1, 2), 3000, random.real(300, 30'000));
    scenario.seed = static_cast<std::uint64_t>(seed);
    scenario.duration_us = 20e6;
    scenario.frames_per_second = 10;
    scenario.loss = random.real(0, 0.05);
    scenario.setting.objective = static_cast<Objective>(random.between(0, 2));
    scenario.setting.deadline_us = std::round(random.real(32'100, 95'000));
    scenario.detector = random.one_in(2) ? Detector::cusum : Detector::bayes;
    constexpr const char* links[] = {"wifi", "lte", "ble", "constant:5M"};
    connect(scenario, TraceSource(links[random.between(0, 3)], 5000),
            {random.real(1e6, 1e7), random.real(1e5, 3e6)}, 5);
    const Result result = simulate(scenario, PolicyKind::ours);
    const std::uint64_t late = result.at_edge + result.on_device - result.on_time;
    ASSERT_EQ(late, 0U) << "case " << seed;
    ASSERT_EQ(result.late_though_feasible, 0U) << "case " << seed;
    requests += result.frames();
    edge += result.at_edge;
    fallbacks += result.on_device - result.causes[static_cast<std::size_t>(coinfer::Cause::asked)];
  }
  std::printf("%llu requests, %llu answered by the edge peer, %llu fallbacks, none late\n",
              static_cast<unsigned long long>(requests), static_cast<unsigned long long>(edge),
              static_cast<unsigned long long>(fallbacks));
  EXPECT_GT(fallbacks, requests / 1000);
  EXPECT_GT(edge, requests / 10);
}

TEST(Simulation, AfterAPartitionTheEdgePeerIsUsedAgainWithinTwoSeconds) {
  std::uint64_t returns = 0;
  double longest_us = 0.0;
  for (const Detector detector : {Detector::cusum, Detector::bayes}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      Scenario scenario = network(10, 1, 10'000, 3000);
      scenario.seed = seed;
      scenario.duration_us = 300e6;
      scenario.setting.deadline_us = 150'000;
      scenario.detector = detector;
      connect(scenario, TraceSource("wifi", 0), {20e6, 8e6}, 2);
      const Result result = simulate(scenario, PolicyKind::ours);
      returns += result.returns;
      longest_us = std::max(longest_us, result.longest_return_us);
    }
  }
  std::printf("back after %llu partitions, at most %.2f s after their end\n",
              static_cast<unsigned long long>(returns), longest_us / 1e6);
  EXPECT_GT(returns, 50U);
  EXPECT_LE(longest_us, 2e6);
}

TEST(Simulation, DevicesWaitForEachOtherAtTheEdgePeer) {
  Scenario scenario = network(10, 1, 50'000, 3000);
  scenario.frames_per_second = 20;
  connect(scenario, TraceSource("constant:20M", 1000), {}, 1);
  const double alone_us = simulate(scenario, PolicyKind::edge_raw).mean_latency_us();
  scenario.traces.clear();
  connect(scenario, TraceSource("constant:20M", 1000), {}, 8);
  const double together_us = simulate(scenario, PolicyKind::edge_raw).mean_latency_us();
  EXPECT_GT(together_us, alone_us + 2000);
  scenario.edge.workers = 8;
  EXPECT_NEAR(simulate(scenario, PolicyKind::edge_raw).mean_latency_us(), alone_us, 1);
}

TEST(Simulation, MoreThanTenMillionEventsAMinute) {
  Scenario scenario = network(12, 3, 2000, 6000);
  scenario.setting.objective = Objective::accuracy;
  scenario.setting.deadline_us = 20'000;
  scenario.frames_per_second = 20;
  scenario.duration_us = 100e6;
  scenario.loss = 0.01;
  connect(scenario, TraceSource("wifi", 0), {60e6, 5e6}, 4);
  double events = 0.0;
  double seconds = 0.0;
  for (const PolicyKind policy : all_policies) {
    if (policy == PolicyKind::edge_compressed) continue;
    const Result result = simulate(scenario, policy);
    events += static_cast<double>(result.events);
    seconds += result.cpu_seconds;
  }
  std::printf("%.3g events per second of processor time\n", events / seconds);
  EXPECT_GT(events / seconds, 1e7 / 60);
}

}  // namespace
