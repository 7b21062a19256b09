// SPDX-License-Identifier: Apache-2.0
#include "tail/tail_runner.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "tail/xnnpack_graph.hpp"

namespace coinfer::tail {

namespace {

// Copies tensors that lie one after the other in `packed` to or from their places.
template <class Packed, class Place, class Copy>
void for_each_tensor(const graph::Graph& graph, const std::vector<std::int32_t>& tensors, Packed packed,
                     Place place, Copy copy) {
  for (const std::int32_t tensor : tensors) {
    const auto bytes = static_cast<std::size_t>(graph::tensor_at(graph, tensor).bytes());
    copy(packed.first(bytes), place(tensor));
    packed = packed.subspan(bytes);
  }
}

void load(const graph::Graph& graph, const std::vector<std::int32_t>& tensors,
          std::span<const std::uint8_t> packed, auto place) {
  for_each_tensor(graph, tensors, packed, place, [](std::span<const std::uint8_t> from, std::uint8_t* to) {
    std::copy(from.begin(), from.end(), to);
  });
}

void store(const graph::Graph& graph, const std::vector<std::int32_t>& tensors,
           std::span<std::uint8_t> packed, auto place) {
  for_each_tensor(graph, tensors, packed, place, [](std::span<std::uint8_t> to, const std::uint8_t* from) {
    std::copy_n(from, to.size(), to.begin());
  });
}

class XnnpackTail : public TailRunner {
 public:
  XnnpackTail(const graph::Graph& graph, std::size_t kept_idle) : graph_(graph), xnnpack_(graph, kept_idle) {}

  void run(int split, int exit, std::span<const std::uint8_t> feature,
           std::span<std::uint8_t> outputs) override {
    const XnnpackGraph::Lease stages = xnnpack_.lease(split, graph::stage_count(graph_), exit);
    const auto place = [&](std::int32_t tensor) { return stages->tensor(tensor); };
    load(graph_, stages->entering(), feature, place);
    if (!stages->run()) throw std::runtime_error("XNNPACK failed in " + graph_.name);
    store(graph_, graph::answer_outputs(graph_, split, exit), outputs, place);
  }

 private:
  const graph::Graph& graph_;
  XnnpackGraph xnnpack_;
};

class IntegerTail : public TailRunner {
 public:
  IntegerTail(const graph::Graph& graph, graph::KernelSet kernels, std::size_t kept_idle)
      : graph_(graph), kernels_(kernels), kept_idle_(kept_idle) {}

  void run(int split, int exit, std::span<const std::uint8_t> feature,
           std::span<std::uint8_t> outputs) override {
    const Lease executor(*this);
    const auto place = [&](std::int32_t tensor) { return executor->tensor(tensor).data(); };
    load(graph_, graph::crossing_tensors(graph_, split, exit), feature, place);
    executor->run(split, graph::stage_count(graph_), exit);
    store(graph_, graph::answer_outputs(graph_, split, exit), outputs, place);
  }

 private:
  // Cleared and given back however the run ends.
  class Lease {
   public:
    explicit Lease(IntegerTail& owner) : owner_(owner), executor_(owner.take()) {}
    ~Lease() {
      executor_->clear();
      owner_.give_back(std::move(executor_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    graph::Executor* operator->() const { return executor_.get(); }

   private:
    IntegerTail& owner_;
    std::unique_ptr<graph::Executor> executor_;
  };

  std::unique_ptr<graph::Executor> take() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<graph::Executor> executor = std::move(idle_.back());
        idle_.pop_back();
        return executor;
      }
    }
    return std::make_unique<graph::Executor>(graph_, kernels_);
  }

  void give_back(std::unique_ptr<graph::Executor> executor) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (idle_.size() < kept_idle_) idle_.push_back(std::move(executor));
  }

  const graph::Graph& graph_;
  const graph::KernelSet kernels_;
  const std::size_t kept_idle_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<graph::Executor>> idle_;
};

}  // namespace

const char* to_string(Kernels kernels) {
  switch (kernels) {
    case Kernels::reference:
      return "reference";
    case Kernels::portable:
      return "portable";
    case Kernels::xnnpack:
      return "xnnpack";
  }
  return "";
}

std::unique_ptr<TailRunner> make_tail_runner(const graph::Graph& graph, Kernels kernels,
                                             std::size_t kept_idle) {
  switch (kernels) {
    case Kernels::reference:
      return std::make_unique<IntegerTail>(graph, graph::KernelSet::reference, kept_idle);
    case Kernels::portable:
      return std::make_unique<IntegerTail>(graph, graph::KernelSet::portable, kept_idle);
    case Kernels::xnnpack:
      return std::make_unique<XnnpackTail>(graph, kept_idle);
  }
  throw std::runtime_error("unknown kernel set");
}

}  // namespace coinfer::tail
