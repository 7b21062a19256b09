// SPDX-License-Identifier: Apache-2.0
#include "run/inference.hpp"

#include <algorithm>

#include "graph/split.hpp"

namespace coinfer::run {
namespace {

graph::KernelSet head_kernels(tail::Kernels kernels) {
  return kernels == tail::Kernels::reference ? graph::KernelSet::reference : graph::KernelSet::portable;
}

}  // namespace

Inference::Inference(const graph::Graph& graph, tail::Kernels kernels, int split, int exit)
    : graph_(graph),
      split_(split),
      exit_(exit),
      head_(graph, head_kernels(kernels)),
      tail_(tail::make_tail_runner(graph, kernels)),
      crossing_(graph::crossing_tensors(graph, split, exit)),
      answer_(graph::answer_outputs(graph, split, exit)),
      feature_(static_cast<std::size_t>(graph::bytes_of(graph, crossing_))),
      answer_bytes_(static_cast<std::size_t>(graph::bytes_of(graph, answer_))) {}

std::vector<std::uint8_t> Inference::infer(std::span<const std::uint8_t> record) {
  graph::load_record(head_, graph_, record);
  head_.run(0, split_, exit_);
  if (!answer_.empty()) {
    auto to = feature_.begin();
    for (const std::int32_t tensor : crossing_) to = std::ranges::copy(head_.tensor(tensor), to).out;
    tail_->run(split_, exit_, feature_, answer_bytes_);
    auto from = answer_bytes_.begin();
    for (const std::int32_t tensor : answer_) {
      const std::span<std::uint8_t> bytes = head_.tensor(tensor);
      std::copy_n(from, bytes.size(), bytes.begin());
      from += static_cast<std::ptrdiff_t>(bytes.size());
    }
  }
  return graph::output_record(head_, graph_, exit_);
}

}  // namespace coinfer::run
