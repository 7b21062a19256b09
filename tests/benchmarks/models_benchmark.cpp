// SPDX-License-Identifier: Apache-2.0
// Prints how much faster `portable` runs whole networks than `reference`; with --stages, each stage too.
//   models_benchmark [--stages] <model.tflite>...
//   models_benchmark --run <reference|portable> <times> <model.tflite>     only runs it, for a counter of
//   instructions
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "graph/executor.hpp"
#include "graph/operator_name.hpp"
#include "graph/tflite_loader.hpp"

namespace {

using namespace coinfer::graph;

constexpr auto least_time = std::chrono::milliseconds(300);
constexpr int least_runs = 5;

// All bytes in all inputs.
void fill_inputs(Executor& executor, const Graph& graph) {
  for (const std::int32_t input : graph.inputs) {
    std::uint8_t next = 0;
    for (std::uint8_t& byte : executor.tensor(input)) byte = next += 37;
  }
}

// Microseconds of every stage, the fastest of some runs.
std::vector<double> stage_times(const Graph& graph, KernelSet kernels) {
  Executor executor(graph, kernels);
  fill_inputs(executor, graph);
  std::vector<double> fastest(graph.stages.size(), 1e30);
  const auto begin = std::chrono::steady_clock::now();
  for (int run = 0; run < least_runs || std::chrono::steady_clock::now() - begin < least_time; ++run) {
    for (std::size_t s = 0; s < graph.stages.size(); ++s) {
      const auto before = std::chrono::steady_clock::now();
      executor.run_stage(static_cast<int>(s));
      const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - before;
      fastest[s] = std::min(fastest[s], time.count());
    }
  }
  return fastest;
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 5 && std::strcmp(arguments[1], "--run") == 0) {
    const Graph graph = load_tflite_file(arguments[4], {});
    const bool portable = std::strcmp(arguments[2], "portable") == 0;
    Executor executor(graph, portable ? KernelSet::portable : KernelSet::reference);
    fill_inputs(executor, graph);
    for (int run = std::atoi(arguments[3]); run > 0; --run) {
      for (std::size_t s = 0; s < graph.stages.size(); ++s) executor.run_stage(static_cast<int>(s));
    }
    return 0;
  }
  bool stages = false;
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(arguments[i], "--stages") == 0) {
      stages = true;
      continue;
    }
    const Graph graph = load_tflite_file(arguments[i], {});
    const std::vector<double> reference = stage_times(graph, KernelSet::reference);
    const std::vector<double> portable = stage_times(graph, KernelSet::portable);
    for (std::size_t s = 0; stages && s < graph.stages.size(); ++s) {
      std::printf("%4zu %-24s %10.1f us %10.1f us %6.2f x\n", s, operator_name(graph.stages[s].op),
                  reference[s], portable[s], reference[s] / portable[s]);
    }
    std::printf("%-60s %10.0f us %10.0f us %6.2f x\n", arguments[i], sum(reference), sum(portable),
                sum(reference) / sum(portable));
  }
  return 0;
}
