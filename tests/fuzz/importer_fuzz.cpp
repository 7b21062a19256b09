// SPDX-License-Identifier: Apache-2.0
// Any bytes as a .tflite file: refused, or a graph that can be planned, reported, cut and run.
#include <span>

#include "graph/arena.hpp"
#include "graph/executor.hpp"
#include "graph/report.hpp"
#include "graph/split.hpp"
#include "graph/stage_cost.hpp"
#include "graph/tflite_loader.hpp"

namespace {

using namespace coinfer::graph;

// The fuzzer looks for wrong memory accesses, not for long loops.
bool quick(const Graph& graph) {
  std::int64_t work = 0;
  for (const Stage& stage : graph.stages) work += macs(stage);
  for (const Tensor& tensor : graph.tensors) work += tensor.bytes();
  return work < 1'000'000;
}

void use(std::span<const std::uint8_t> bytes, RoundingRule rounding) {
  try {
    const Graph graph = load_tflite(bytes, {"fuzz", rounding, ""});
    const ArenaPlan arena = plan_arena(graph);
    if (!quick(graph)) return;
    report_text(make_report(graph, arena));
    Executor executor(graph, KernelSet::reference);
    executor.run(0, stage_count(graph), 0);
  } catch (const ImportError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  use({data, size}, RoundingRule::double_rounding);
  use({data, size}, RoundingRule::single_rounding);
  return 0;
}
