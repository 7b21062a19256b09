// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.hpp"

// Which stages an answer needs, and what crosses the link when the network is cut before stage `split`
// (0: all on the edge, stages.size(): all on the device). `exit` is an index into Graph::exits. Tensors are
// given as indices into Graph::tensors.
namespace coinfer::graph {

inline int stage_count(const Graph& graph) { return static_cast<int>(graph.stages.size()); }

inline int exit_count(const Graph& graph) { return static_cast<int>(graph.exits.size()); }

inline const Tensor& tensor_at(const Graph& graph, std::int32_t index) {
  return graph.tensors[static_cast<std::size_t>(index)];
}

// The tensor of output `position` in graph order.
inline const Tensor& output_tensor(const Graph& graph, std::size_t position) {
  return tensor_at(graph, graph.outputs[position]);
}

// Bytes that a stage keeps from one run to the next; 0 for most.
std::int32_t state_bytes(const Stage& stage);

// Every stage that keeps a state lies before it, so that none crosses the link: smaller splits are not
// usable.
int least_split(const Graph& graph);

// By tensor: the stage that makes it, -1 for an input of the network.
std::vector<int> producers(const Graph& graph);

// By stage: whether one of `outputs` depends on it.
std::vector<bool> stages_to_make(const Graph& graph, std::span<const std::int32_t> outputs);

// Tensors of the exit's outputs, in graph order.
std::vector<std::int32_t> exit_outputs(const Graph& graph, int exit);

// By stage: whether the exit's answer depends on it.
std::vector<bool> needed_stages(const Graph& graph, int exit);

// The intermediate feature: what the tail reads and the head (or the input) provides, by rising file_index.
std::vector<std::int32_t> crossing_tensors(const Graph& graph, int split, int exit);

// Outputs of the exit that the tail makes, in graph order. Those which the head made already stay there.
std::vector<std::int32_t> answer_outputs(const Graph& graph, int split, int exit);

// True when the head makes every output of the exit: there is nothing to offload.
bool exit_in_head(const Graph& graph, int split, int exit);

std::int64_t bytes_of(const Graph& graph, std::span<const std::int32_t> tensors);

// Split point from what a user types: its number, or the name of a tensor after whose stage to cut (an input
// of the network: before everything). Throws std::invalid_argument with a line
// that says what is possible.
int parse_split(const Graph& graph, std::string_view text);

// Multiply-accumulate operations of all stages that `outputs` depend on.
std::int64_t macs_to_make(const Graph& graph, std::span<const std::int32_t> outputs);

}  // namespace coinfer::graph
