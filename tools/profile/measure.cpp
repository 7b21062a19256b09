// SPDX-License-Identifier: Apache-2.0
#include "profile/measure.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>

#include "client/edge_client.hpp"
#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "tail/xnnpack_graph.hpp"

namespace coinfer::profile {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int warm_up = 3;  // page faults, caches, XNNPACK's first setup

Measurement summary(std::vector<double> times_us) {
  std::ranges::sort(times_us);
  const auto at = [&times_us](double part) {
    return times_us[static_cast<std::size_t>(part * static_cast<double>(times_us.size() - 1) + 0.5)];
  };
  return {at(0.5), at(0.1), at(0.9)};
}

// One measurement: `once` is run a few times for nothing, and `repetitions` times for the summary.
template <class Once>
Measurement measure(int repetitions, const Once& once) {
  std::vector<double> times_us;
  for (int i = -warm_up; i < repetitions; ++i) {
    const Clock::time_point start = Clock::now();
    once();
    const double us = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    if (i >= 0) times_us.push_back(us);
  }
  return summary(std::move(times_us));
}

// The tails that an edge peer may be asked for, in `measure(exit, split)`'s words; the others stay empty.
template <class Measure>
std::vector<std::vector<std::optional<Measurement>>> for_tails(const graph::Graph& graph,
                                                               run::Progress& progress,
                                                               const Measure& measure_tail) {
  std::vector<std::vector<std::optional<Measurement>>> tails;
  for (int exit = 0; exit < graph::exit_count(graph); ++exit) {
    tails.emplace_back(graph.stages.size() + 1);
    for (int split = graph::least_split(graph); split < graph::stage_count(graph); ++split) {
      if (!graph::exit_in_head(graph, split, exit))
        tails.back()[static_cast<std::size_t>(split)] = measure_tail(exit, split);
      progress.step();
    }
  }
  return tails;
}

}  // namespace

std::size_t device_steps(const graph::Graph& graph) { return graph.stages.size(); }

std::size_t edge_steps(const graph::Graph& graph) {
  return graph.exits.size() * (graph.stages.size() - static_cast<std::size_t>(graph::least_split(graph)));
}

DeviceRun measure_device(const graph::Graph& graph, tail::Kernels kernels, int repetitions,
                         run::Progress& progress) {
  DeviceRun run{"", tail::to_string(kernels), repetitions, {}};
  const bool on_xnnpack = kernels == tail::Kernels::xnnpack;
  const std::unique_ptr<tail::XnnpackGraph> xnnpack =
      on_xnnpack ? std::make_unique<tail::XnnpackGraph>(graph) : nullptr;
  graph::Executor executor(
      graph, kernels == tail::Kernels::reference ? graph::KernelSet::reference : graph::KernelSet::portable);
  const std::vector<int> exit_of = [&] {  // any exit that needs the stage
    std::vector<int> exits(graph.stages.size(), graph::exit_count(graph) - 1);
    for (int exit = graph::exit_count(graph) - 1; exit >= 0; --exit) {
      const std::vector<bool> needed = graph::needed_stages(graph, exit);
      for (std::size_t s = 0; s < needed.size(); ++s) exits[s] = needed[s] ? exit : exits[s];
    }
    return exits;
  }();
  for (int stage = 0; stage < graph::stage_count(graph); ++stage) {
    if (on_xnnpack && graph::state_bytes(graph.stages[static_cast<std::size_t>(stage)]) == 0) {
      const auto lease = xnnpack->lease(stage, stage + 1, exit_of[static_cast<std::size_t>(stage)]);
      run.stages.push_back(measure(repetitions, [&lease] {
        if (!lease->run()) throw std::runtime_error("XNNPACK failed");
      }));
    } else {
      run.stages.push_back(measure(repetitions, [&executor, stage] { executor.run_stage(stage); }));
    }
    progress.step();
  }
  return run;
}

EdgeRun measure_tails(const graph::Graph& graph, tail::Kernels kernels, int repetitions,
                      run::Progress& progress) {
  const std::unique_ptr<tail::TailRunner> runner = tail::make_tail_runner(graph, kernels, 1);
  EdgeRun run{"", tail::to_string(kernels), repetitions, {}};
  run.tails = for_tails(graph, progress, [&](int exit, int split) {
    const std::vector<std::uint8_t> feature(
        static_cast<std::size_t>(graph::bytes_of(graph, graph::crossing_tensors(graph, split, exit))));
    std::vector<std::uint8_t> outputs(
        static_cast<std::size_t>(graph::bytes_of(graph, graph::answer_outputs(graph, split, exit))));
    return measure(repetitions, [&] { runner->run(split, exit, feature, outputs); });
  });
  return run;
}

EdgeRun measure_edge(const graph::Graph& graph, const client::EdgeOptions& edge, int repetitions,
                     run::Progress& progress) {
  client::EdgeClient client(graph, graph::KernelSet::portable, edge);
  const std::vector<std::uint8_t> record(static_cast<std::size_t>(graph::input_record_bytes(graph)));
  EdgeRun run{"", "edge peer", repetitions, {}};
  run.tails = for_tails(graph, progress, [&](int exit, int split) {
    std::vector<double> times_us;
    for (int i = -warm_up; i < repetitions; ++i) {
      client.infer(record, split, exit);
      if (client.answer().place != Place::edge) {
        throw std::runtime_error("the edge peer did not answer split " + std::to_string(split) + " of exit " +
                                 std::to_string(exit) + ": " + to_string(client.answer().cause));
      }
      if (i >= 0) times_us.push_back(client.answer().times.tail_us);
    }
    return summary(std::move(times_us));
  });
  return run;
}

}  // namespace coinfer::profile
