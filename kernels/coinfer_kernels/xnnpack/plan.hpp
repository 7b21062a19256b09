// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "coinfer_kernels/xnnpack/segment.hpp"

namespace coinfer::kernels::xnnpack {

// Some stages of a network, prepared to run any number of times by one caller
// at a time. Maximal runs of stages that XNNPACK has are segments; every other
// stage is left to the caller. Owns the tensors between the steps.
class Plan {
 public:
  std::uint8_t* tensor(std::int32_t index) { return buffers_[static_cast<std::size_t>(index)].data(); }

  // Calls run_stage(index) for the stages that XNNPACK does not run; it reads
  // and writes tensor(). False when XNNPACK failed: the outputs are then
  // meaningless.
  template <class RunStage>
  bool run(RunStage&& run_stage) {
    for (Step& step : steps_) {
      if (step.segment == nullptr) {
        run_stage(step.stage);
      } else if (!bind(step) || !step.segment->run()) {
        return false;
      }
    }
    return true;
  }

  // Overwrites the tensors that entered, left and lie between the steps. What
  // XNNPACK keeps inside a segment is out of reach: the next run overwrites it,
  // and it goes with the plan.
  void clear() {
    for (std::vector<std::uint8_t>& buffer : buffers_)
      std::fill(buffer.begin(), buffer.end(), std::uint8_t{0});
  }

  std::int32_t segment_count() const {
    return static_cast<std::int32_t>(
        std::count_if(steps_.begin(), steps_.end(), [](const Step& s) { return s.segment != nullptr; }));
  }

 private:
  friend class Backend;
  struct Step {
    std::unique_ptr<Segment> segment;
    std::int32_t stage = -1;
    bool bound = false;
  };

  // Late, since a weights cache must be finalized first.
  bool bind(Step& step) {
    if (step.bound) return true;
    std::vector<void*> data;
    for (const std::int32_t index : step.segment->tensors()) data.push_back(tensor(index));
    step.bound = step.segment->bind(data);
    return step.bound;
  }

  std::vector<Step> steps_;
  std::vector<std::vector<std::uint8_t>> buffers_;  // per tensor of the network; empty: inside a segment
};

// One network on XNNPACK: knows which stages the library runs, and makes plans.
// plan() may be called by several threads; the network's weights must outlive
// it.
class Backend {
 public:
  explicit Backend(Network network) : network_(std::move(network)) {
    for (std::size_t s = 0; s < network_.stages.size(); ++s) {
      runs_.push_back(meaning_supported(network_, network_.stages[s]) &&
                      accepted(static_cast<std::int32_t>(s)));
    }
    fill_cache();
  }

  const Network& network() const { return network_; }
  bool runs(std::int32_t stage) const { return runs_[static_cast<std::size_t>(stage)]; }

  // `stages` in execution order; `outputs`: the tensors to have afterwards.
  // Null when memory or XNNPACK fails.
  std::unique_ptr<Plan> plan(const std::vector<std::int32_t>& stages,
                             const std::vector<std::int32_t>& outputs) const {
    std::unique_ptr<Plan> plan(new Plan);
    plan->buffers_.resize(network_.tensors.size());
    for (std::size_t begin = 0; begin < stages.size();) {
      std::size_t end = begin + 1;
      while (runs(stages[begin]) && end < stages.size() && runs(stages[end])) ++end;
      if (!add_step(*plan, stages, begin, end, outputs)) return nullptr;
      begin = end;
    }
    for (const std::int32_t tensor : outputs) allocate(*plan, tensor);
    return plan;
  }

 private:
  const NetworkStage& stage(std::int32_t index) const {
    return network_.stages[static_cast<std::size_t>(index)];
  }

  // The library checks limits of its own (ratios of scales, sizes); asking it
  // is the only way that holds for all releases.
  bool accepted(std::int32_t index) const {
    const std::vector<std::int32_t> inputs = unique_inputs({index});
    const WeightsCache none(WeightsCache::Use::none);
    return Segment::create(network_, {index}, inputs, {stage(index).output}, none) != nullptr;
  }

  // Packs every filter once, so that all later plans find theirs.
  void fill_cache() {
    if (!WeightsCache::shares) return;
    std::vector<std::int32_t> stages;
    std::vector<std::int32_t> outputs;
    for (std::size_t s = 0; s < network_.stages.size(); ++s) {
      if (!runs_[s]) continue;
      const std::vector<std::int32_t> one = {static_cast<std::int32_t>(s)};
      static_cast<void>(
          Segment::create(network_, one, unique_inputs(one), {network_.stages[s].output}, cache_));
    }
    cache_.finalize();
  }

  // Tensors that `stages` read and do not make.
  std::vector<std::int32_t> unique_inputs(const std::vector<std::int32_t>& stages) const {
    std::vector<std::int32_t> made;
    std::vector<std::int32_t> inputs;
    for (const std::int32_t s : stages) {
      for (const std::int32_t input : stage(s).inputs) {
        if (!contains(made, input) && !contains(inputs, input)) inputs.push_back(input);
      }
      made.push_back(stage(s).output);
    }
    return inputs;
  }

  static bool contains(const std::vector<std::int32_t>& list, std::int32_t value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  bool add_step(Plan& plan, const std::vector<std::int32_t>& stages, std::size_t begin, std::size_t end,
                const std::vector<std::int32_t>& outputs) const {
    const std::vector<std::int32_t> own(stages.begin() + static_cast<std::ptrdiff_t>(begin),
                                        stages.begin() + static_cast<std::ptrdiff_t>(end));
    const std::vector<std::int32_t> later(stages.begin() + static_cast<std::ptrdiff_t>(end), stages.end());
    const std::vector<std::int32_t> wanted_later = unique_inputs(later);
    const std::vector<std::int32_t> entering = unique_inputs(own);
    std::vector<std::int32_t> leaving;
    for (const std::int32_t s : own) {
      const std::int32_t made = stage(s).output;
      if (contains(outputs, made) || contains(wanted_later, made)) leaving.push_back(made);
    }
    for (const std::int32_t tensor : entering) allocate(plan, tensor);
    for (const std::int32_t tensor : leaving) allocate(plan, tensor);
    Plan::Step step;
    step.stage = own[0];
    if (runs(own[0])) {
      step.segment = Segment::create(network_, own, entering, leaving, cache_);
      if (step.segment == nullptr) return false;
    }
    plan.steps_.push_back(std::move(step));
    return true;
  }

  void allocate(Plan& plan, std::int32_t index) const {
    std::vector<std::uint8_t>& buffer = plan.buffers_[static_cast<std::size_t>(index)];
    const std::int32_t bytes = network_.tensors[static_cast<std::size_t>(index)].bytes();
    buffer.resize(static_cast<std::size_t>(bytes) + extra_bytes);
  }

  Network network_;
  std::vector<bool> runs_;
  WeightsCache cache_{WeightsCache::Use::share};
};

}  // namespace coinfer::kernels::xnnpack
