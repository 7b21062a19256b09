// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::graph {

enum class KernelSet { reference, portable };

// Whole executor of a run-time graph: stage after stage, each with all its rows, every tensor in memory of
// its own. Uses the device's own kernels with the graph's rounding rule, so that its bytes are the device's
// bytes. Not for several threads at once. The graph must outlive it.
class Executor {
 public:
  Executor(const Graph& graph, KernelSet kernels);
  ~Executor();
  Executor(Executor&&) noexcept;
  Executor& operator=(Executor&&) noexcept;

  // Bytes of a tensor, by index into Graph::tensors; all zero at first. At least `slack` more bytes behind
  // them may be read (XNNPACK does) and mean nothing.
  std::span<std::uint8_t> tensor(std::int32_t index);
  std::span<const std::uint8_t> tensor(std::int32_t index) const;
  static constexpr std::size_t slack = 16;

  // Overwrites every tensor and the working memory.
  void clear();

  // Runs one stage on what its input tensors hold.
  void run_stage(int stage);

  // Runs those stages of [first, last) that the exit needs.
  void run(int first, int last, int exit);

 private:
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

// Raw records: the network's inputs (outputs), one after the other in graph order.
std::int64_t input_record_bytes(const Graph& graph);
std::int64_t output_record_bytes(const Graph& graph, int exit);
void load_record(Executor& executor, const Graph& graph, std::span<const std::uint8_t> record);
std::vector<std::uint8_t> output_record(const Executor& executor, const Graph& graph, int exit);

}  // namespace coinfer::graph
