// SPDX-License-Identifier: Apache-2.0
#include "tail/xnnpack_graph.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "graph/split.hpp"
#include "tail/graph_network.hpp"

namespace coinfer::tail {

PreparedStages::PreparedStages(const graph::Graph& graph, const kernels::xnnpack::Backend& backend, int first,
                               int last, int exit)
    : graph_(graph) {
  const std::vector<bool> needed = graph::needed_stages(graph, exit);
  const std::vector<int> producer = graph::producers(graph);
  std::vector<std::int32_t> stages;
  std::vector<bool> enters(graph.tensors.size(), false);
  std::vector<bool> wanted(graph.tensors.size(), false);  // after these stages
  std::int32_t scratch_bytes = 0;
  for (const std::int32_t output : graph::exit_outputs(graph, exit))
    wanted[static_cast<std::size_t>(output)] = true;
  for (int s = first; s < graph::stage_count(graph); ++s) {
    const graph::Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    if (!needed[static_cast<std::size_t>(s)]) continue;
    if (s < last) {
      stages.push_back(s);
      scratch_bytes = std::max(scratch_bytes, graph::stage_scratch_bytes(graph::KernelSet::portable, stage));
    }
    for (const std::int32_t input : stage.inputs) {
      const bool from_outside = producer[static_cast<std::size_t>(input)] < first;
      if (s < last && from_outside) enters[static_cast<std::size_t>(input)] = true;
      if (s >= last) wanted[static_cast<std::size_t>(input)] = true;
    }
  }
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (enters[t]) entering_.push_back(static_cast<std::int32_t>(t));
    if (wanted[t] && producer[t] >= first && producer[t] < last)
      leaving_.push_back(static_cast<std::int32_t>(t));
  }
  plan_ = backend.plan(stages, leaving_);
  if (plan_ == nullptr) throw std::runtime_error("XNNPACK could not prepare stages of " + graph.name);
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    pointers_.push_back(plan_->tensor(static_cast<std::int32_t>(t)));
  }
  scratch_.resize(static_cast<std::size_t>(scratch_bytes) / sizeof(std::uint64_t) + 1);
}

bool PreparedStages::run() {
  graph::RunStage* const run_stage = graph::stage_runner(graph::KernelSet::portable, graph_.rounding);
  const Scratch scratch{scratch_.data(), static_cast<std::int32_t>(scratch_.size() * sizeof(std::uint64_t))};
  // No stage of a tail keeps a state: graph::least_split().
  return plan_->run([&](std::int32_t stage) {
    run_stage(graph_, graph_.stages[static_cast<std::size_t>(stage)], pointers_, nullptr, scratch);
  });
}

void PreparedStages::clear() {
  plan_->clear();
  std::ranges::fill(scratch_, std::uint64_t{0});
}

XnnpackGraph::XnnpackGraph(const graph::Graph& graph, std::size_t kept_idle)
    : graph_(graph), backend_(describe(graph)), kept_idle_(kept_idle) {
  if (!kernels::xnnpack::available()) {
    throw std::runtime_error("XNNPACK does not support this processor; use --kernels portable");
  }
}

XnnpackGraph::Lease::Lease(XnnpackGraph& owner, int first, int last, int exit,
                           std::unique_ptr<PreparedStages> stages)
    : owner_(owner), first_(first), last_(last), exit_(exit), stages_(std::move(stages)) {}

XnnpackGraph::Lease::~Lease() { owner_.give_back(*this); }

XnnpackGraph::Lease XnnpackGraph::lease(int first, int last, int exit) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) {
      return idle.first == first && idle.last == last && idle.exit == exit;
    });
    if (found != idle_.end()) {
      std::unique_ptr<PreparedStages> stages = std::move(found->stages);
      idle_.erase(found);
      return Lease(*this, first, last, exit, std::move(stages));
    }
  }
  return Lease(*this, first, last, exit,
               std::make_unique<PreparedStages>(graph_, backend_, first, last, exit));
}

void XnnpackGraph::give_back(Lease& lease) {
  lease->clear();
  std::list<Idle> surplus;  // freed without the lock
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_front({lease.first_, lease.last_, lease.exit_, std::move(lease.stages_)});
  if (idle_.size() > kept_idle_) surplus.splice(surplus.end(), idle_, std::prev(idle_.end()));
}

}  // namespace coinfer::tail
