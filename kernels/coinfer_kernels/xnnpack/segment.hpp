// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "coinfer_kernels/xnnpack/subgraph.hpp"

namespace coinfer::kernels::xnnpack {

// Consecutive stages that XNNPACK runs as one. Not thread safe: one runtime,
// one caller at a time.
class Segment {
 public:
  // `inputs` and `outputs`: the tensors that enter and leave. Null when the
  // library refuses one of the stages.
  static std::unique_ptr<Segment> create(const Network& network, const std::vector<std::int32_t>& stages,
                                         const std::vector<std::int32_t>& inputs,
                                         const std::vector<std::int32_t>& outputs,
                                         const WeightsCache& cache) {
    if (!available()) return nullptr;
    Subgraph subgraph(network, inputs.size() + outputs.size());
    std::unique_ptr<Segment> segment(new Segment);
    for (const std::int32_t tensor : inputs)
      segment->declare(subgraph, tensor, XNN_VALUE_FLAG_EXTERNAL_INPUT);
    for (const std::int32_t tensor : outputs)
      segment->declare(subgraph, tensor, XNN_VALUE_FLAG_EXTERNAL_OUTPUT);
    for (const std::int32_t stage : stages) {
      if (!subgraph.ok()) return nullptr;
      subgraph.add_stage(network.stages[static_cast<std::size_t>(stage)]);
    }
    if (!subgraph.ok() || cache.create_runtime(subgraph.get(), &segment->runtime_) != xnn_status_success) {
      return nullptr;
    }
    segment->constants_ = subgraph.take_constants();
    return segment;
  }

  ~Segment() {
    if (runtime_ != nullptr) xnn_delete_runtime(runtime_);
  }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  // The tensors to bind, inputs first.
  const std::vector<std::int32_t>& tensors() const { return tensors_; }

  // Where those tensors lie, in that order, each with extra_bytes readable
  // behind it; stays so for all runs. The weights cache, if there is one, is
  // finalized by now.
  bool bind(const std::vector<void*>& data) {
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i].data = data[i];
    return xnn_setup_runtime(runtime_, values_.size(), values_.data()) == xnn_status_success;
  }

  bool run() { return xnn_invoke_runtime(runtime_) == xnn_status_success; }

 private:
  Segment() = default;

  void declare(Subgraph& subgraph, std::int32_t tensor, std::uint32_t flags) {
    const auto id = static_cast<std::uint32_t>(tensors_.size());
    subgraph.external(tensor, id, flags);
    tensors_.push_back(tensor);
    values_.push_back({id, nullptr});
  }

  std::vector<std::int32_t> tensors_;
  std::vector<xnn_external_value> values_;
  std::deque<PaddedConstant> constants_;
  xnn_runtime_t runtime_ = nullptr;
};

}  // namespace coinfer::kernels::xnnpack
