// SPDX-License-Identifier: Apache-2.0
#include "client/graph_device.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "graph/split.hpp"

namespace coinfer::client {

GraphDevice::GraphDevice(const graph::Graph& graph, graph::KernelSet kernels)
    : graph_(graph), executor_(graph, kernels), exit_of_output_(graph.outputs.size()) {
  if (graph.outputs.size() > detail::max_answer_slots) {
    throw std::invalid_argument(graph.name + ": " + std::to_string(graph.outputs.size()) +
                                " outputs; at most " + std::to_string(detail::max_answer_slots) +
                                " can come from an edge peer");
  }
  for (int exit = 0; exit < graph::exit_count(graph); ++exit) {
    needed_.push_back(graph::needed_stages(graph, exit));
    for (const std::int32_t position : graph.exits[static_cast<std::size_t>(exit)])
      exit_of_output_[static_cast<std::size_t>(position)] = exit;
  }
  const std::vector<int> producers = graph::producers(graph);
  for (const std::int32_t tensor : graph.outputs)
    output_stage_.push_back(producers[static_cast<std::size_t>(tensor)]);
}

std::span<const std::uint8_t> GraphDevice::output(int output) const {
  const std::int32_t tensor = graph_.outputs[static_cast<std::size_t>(output)];
  return executor_.tensor(tensor).first(static_cast<std::size_t>(graph::tensor_at(graph_, tensor).bytes()));
}

}  // namespace coinfer::client

namespace coinfer {

void SessionNetwork<client::GraphDevice>::Memory::bind(const Device& device) {
  std::size_t most = 1;
  for (int exit = 0; exit < exit_count(device); ++exit) {
    std::size_t sum = 0;
    for (int o = 0; o < output_count(device); ++o) {
      if (exit_of_output(device, o) == exit) sum += detail::aligned_answer_bytes(output_bytes(device, o));
    }
    most = std::max(most, sum);
  }
  answer.assign(most, 0);
  stage_us.assign(device.graph().stages.size() + 1, 0);
}

bool SessionNetwork<client::GraphDevice>::crossing(const Device& device, int split, int exit,
                                                   detail::ExchangePlan& plan) {
  if (split < graph::least_split(device.graph())) return false;
  const std::vector<std::int32_t> tensors = graph::crossing_tensors(device.graph(), split, exit);
  if (tensors.size() > wire::max_tensors) return false;
  for (const std::int32_t index : tensors) {
    const graph::Tensor& tensor = graph::tensor_at(device.graph(), index);
    plan.add_piece(device.executor().tensor(index).data(), static_cast<std::uint32_t>(tensor.bytes()),
                   static_cast<std::uint16_t>(tensor.file_index));
  }
  return true;
}

}  // namespace coinfer
