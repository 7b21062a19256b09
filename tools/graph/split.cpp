// SPDX-License-Identifier: Apache-2.0
#include "graph/split.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>
#include <string>

#include "graph/stage_cost.hpp"

namespace coinfer::graph {

std::int32_t state_bytes(const Stage& stage) {
  return std::visit(
      [](const auto& op) -> std::int32_t {
        if constexpr (requires { op.state_bytes(); }) {
          return op.state_bytes();
        } else {
          return 0;
        }
      },
      stage.op);
}

int least_split(const Graph& graph) {
  int least = 0;
  for (int s = 0; s < stage_count(graph); ++s) {
    if (state_bytes(graph.stages[static_cast<std::size_t>(s)]) > 0) least = s + 1;
  }
  return least;
}

std::vector<int> producers(const Graph& graph) {
  std::vector<int> result(graph.tensors.size(), -1);
  for (int s = 0; s < stage_count(graph); ++s) {
    result[static_cast<std::size_t>(graph.stages[static_cast<std::size_t>(s)].output)] = s;
  }
  return result;
}

std::vector<bool> stages_to_make(const Graph& graph, std::span<const std::int32_t> outputs) {
  std::vector<bool> wanted(graph.tensors.size(), false);
  for (const std::int32_t output : outputs) wanted[static_cast<std::size_t>(output)] = true;
  std::vector<bool> needed(graph.stages.size(), false);
  for (std::size_t s = graph.stages.size(); s-- > 0;) {
    if (!wanted[static_cast<std::size_t>(graph.stages[s].output)] && state_bytes(graph.stages[s]) == 0)
      continue;
    needed[s] = true;
    for (const std::int32_t input : graph.stages[s].inputs) wanted[static_cast<std::size_t>(input)] = true;
  }
  return needed;
}

std::vector<std::int32_t> exit_outputs(const Graph& graph, int exit) {
  std::vector<std::int32_t> outputs;
  for (const std::int32_t position : graph.exits.at(static_cast<std::size_t>(exit))) {
    outputs.push_back(graph.outputs[static_cast<std::size_t>(position)]);
  }
  return outputs;
}

std::vector<bool> needed_stages(const Graph& graph, int exit) {
  return stages_to_make(graph, exit_outputs(graph, exit));
}

std::vector<std::int32_t> crossing_tensors(const Graph& graph, int split, int exit) {
  const std::vector<int> producer = producers(graph);
  const std::vector<bool> needed = needed_stages(graph, exit);
  std::set<std::int32_t> crossing;
  for (std::size_t s = static_cast<std::size_t>(split); s < graph.stages.size(); ++s) {
    if (!needed[s]) continue;
    for (const std::int32_t input : graph.stages[s].inputs) {
      if (producer[static_cast<std::size_t>(input)] < split) crossing.insert(input);
    }
  }
  return {crossing.begin(), crossing.end()};  // tensors are ordered by file_index
}

std::vector<std::int32_t> answer_outputs(const Graph& graph, int split, int exit) {
  const std::vector<int> producer = producers(graph);
  std::vector<std::int32_t> outputs = exit_outputs(graph, exit);
  std::erase_if(outputs,
                [&](std::int32_t tensor) { return producer[static_cast<std::size_t>(tensor)] < split; });
  return outputs;
}

bool exit_in_head(const Graph& graph, int split, int exit) {
  return answer_outputs(graph, split, exit).empty();
}

std::int64_t bytes_of(const Graph& graph, std::span<const std::int32_t> tensors) {
  std::int64_t bytes = 0;
  for (const std::int32_t tensor : tensors) bytes += tensor_at(graph, tensor).bytes();
  return bytes;
}

int parse_split(const Graph& graph, std::string_view text) {
  const int least = least_split(graph);
  const std::string range = std::to_string(least) + " to " + std::to_string(stage_count(graph));
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (number >= least && number <= stage_count(graph)) return number;
    throw std::invalid_argument("split " + std::string(text) + " does not exist; " + graph.name +
                                " has splits " + range);
  }
  const std::vector<int> producer = producers(graph);
  int found = -1;
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (graph.tensors[t].name != text) continue;
    if (found >= 0)
      throw std::invalid_argument("split '" + std::string(text) +
                                  "': several tensors have this name; give a number, " + range);
    found = producer[t] + 1;
  }
  if (found < 0) {
    throw std::invalid_argument("split '" + std::string(text) +
                                "': no tensor has this name; give one from 'coinfer inspect' or a number, " +
                                range);
  }
  if (found < least) {
    throw std::invalid_argument("split '" + std::string(text) +
                                "' lies before a stage that keeps a state; the first one after is " +
                                std::to_string(least));
  }
  return found;
}

std::int64_t macs_to_make(const Graph& graph, std::span<const std::int32_t> outputs) {
  const std::vector<bool> needed = stages_to_make(graph, outputs);
  std::int64_t total = 0;
  for (std::size_t s = 0; s < needed.size(); ++s) total += needed[s] ? macs(graph.stages[s]) : 0;
  return total;
}

}  // namespace coinfer::graph
