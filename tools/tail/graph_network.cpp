// SPDX-License-Identifier: Apache-2.0
#include "tail/graph_network.hpp"

#include <type_traits>

#include "graph/packing.hpp"

namespace coinfer::tail {

namespace {

using kernels::xnnpack::Network;
using kernels::xnnpack::NetworkStage;

kernels::xnnpack::Operator as_known(const graph::Operator& op) {
  return std::visit(
      [](const auto& params) -> kernels::xnnpack::Operator {
        if constexpr (std::is_constructible_v<kernels::xnnpack::Operator, decltype(params)>) {
          return params;
        } else {
          return std::monostate{};
        }
      },
      op);
}

}  // namespace

Network describe(const graph::Graph& graph) {
  Network network;
  for (const graph::Tensor& tensor : graph.tensors) {
    network.tensors.push_back({static_cast<std::uint16_t>(tensor.file_index), tensor.type, tensor.shape,
                               tensor.scale, tensor.zero_point, 0});
  }
  for (const graph::Stage& stage : graph.stages) {
    NetworkStage described;
    described.op = as_known(stage.op);
    described.weights = graph::view(stage.weights);
    if (!stage.constants.empty()) described.constant = stage.constants.data();
    described.inputs = stage.inputs;
    described.output = stage.output;
    network.stages.push_back(std::move(described));
  }
  return network;
}

}  // namespace coinfer::tail
