// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "graph/executor.hpp"
#include "graph/graph.hpp"
#include "tail/tail_runner.hpp"

namespace coinfer::run {

// Computes one exit of a network in this process, cut at a split point: the head as a device does, the tail
// as an edge peer does, nothing between them but the crossing tensors. Split 0 is the whole network in the
// tail. The graph must outlive it; not for several threads at once.
class Inference {
 public:
  // With XNNPACK the tail is XNNPACK's and the head, as on a microcontroller, the portable kernels'.
  Inference(const graph::Graph& graph, tail::Kernels kernels, int split, int exit);

  // `record`: the network's inputs in graph order. Returns the exit's outputs in graph order.
  std::vector<std::uint8_t> infer(std::span<const std::uint8_t> record);

  std::int64_t feature_bytes() const { return static_cast<std::int64_t>(feature_.size()); }

 private:
  const graph::Graph& graph_;
  int split_;
  int exit_;
  graph::Executor head_;
  std::unique_ptr<tail::TailRunner> tail_;
  std::vector<std::int32_t> crossing_;
  std::vector<std::int32_t> answer_;
  std::vector<std::uint8_t> feature_;
  std::vector<std::uint8_t> answer_bytes_;
};

}  // namespace coinfer::run
