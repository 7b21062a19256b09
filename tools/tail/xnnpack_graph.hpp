// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "coinfer_kernels/xnnpack/plan.hpp"
#include "graph/graph.hpp"
#include "graph/stage_runner.hpp"

namespace coinfer::tail {

// Stages of a graph, prepared for one caller at a time: XNNPACK where it can, `portable` elsewhere.
class PreparedStages {
 public:
  PreparedStages(const graph::Graph& graph, const kernels::xnnpack::Backend& backend, int first, int last,
                 int exit);

  // Tensors that the stages read from outside, and those they make that are read later or belong to the
  // answer; indices into Graph::tensors, rising.
  const std::vector<std::int32_t>& entering() const { return entering_; }
  const std::vector<std::int32_t>& leaving() const { return leaving_; }
  std::uint8_t* tensor(std::int32_t index) { return plan_->tensor(index); }

  bool run();
  void clear();

 private:
  const graph::Graph& graph_;
  std::vector<std::int32_t> entering_;
  std::vector<std::int32_t> leaving_;
  std::unique_ptr<kernels::xnnpack::Plan> plan_;
  std::vector<std::uint8_t*> pointers_;  // by tensor; null inside a segment
  std::vector<std::uint64_t> scratch_;
};

// A graph on XNNPACK, for any number of threads: whoever needs stages [first, last) of an exit takes prepared
// ones, alone, and gives them back. The most recently used ones are kept. The graph must outlive it.
class XnnpackGraph {
 public:
  // Throws std::runtime_error when XNNPACK does not support this processor.
  explicit XnnpackGraph(const graph::Graph& graph, std::size_t kept_idle = 32);

  class Lease {
   public:
    Lease(XnnpackGraph& owner, int first, int last, int exit, std::unique_ptr<PreparedStages> stages);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    PreparedStages* operator->() const { return stages_.get(); }

   private:
    friend class XnnpackGraph;
    XnnpackGraph& owner_;
    int first_;
    int last_;
    int exit_;
    std::unique_ptr<PreparedStages> stages_;
  };

  // Throws std::runtime_error when memory or XNNPACK fails.
  Lease lease(int first, int last, int exit);

 private:
  struct Idle {
    int first;
    int last;
    int exit;
    std::unique_ptr<PreparedStages> stages;
  };
  void give_back(Lease& lease);

  const graph::Graph& graph_;
  const kernels::xnnpack::Backend backend_;
  const std::size_t kept_idle_;
  std::mutex mutex_;
  std::list<Idle> idle_;  // most recently used first
};

}  // namespace coinfer::tail
