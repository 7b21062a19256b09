// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "graph/graph.hpp"

namespace coinfer::tail {

enum class Kernels { reference, portable, xnnpack };
const char* to_string(Kernels kernels);  // as on the command line

// Computes tails of one graph for any number of threads.
class TailRunner {
 public:
  virtual ~TailRunner() = default;

  // `feature`: graph::crossing_tensors(split, exit), one after the other; `outputs`: room for
  // graph::answer_outputs(split, exit) in the same form. Throws std::runtime_error when XNNPACK or memory
  // fails.
  virtual void run(int split, int exit, std::span<const std::uint8_t> feature,
                   std::span<std::uint8_t> outputs) = 0;
};

// The graph must outlive it. At most `kept_idle` prepared tails, or sets of tensors, are kept for reuse.
std::unique_ptr<TailRunner> make_tail_runner(const graph::Graph& graph, Kernels kernels,
                                             std::size_t kept_idle = 32);

}  // namespace coinfer::tail
