// SPDX-License-Identifier: Apache-2.0
#include "graph/exits.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "graph/import_error.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

std::string known_outputs(const Graph& graph) {
  std::string text;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(i) + " = '" + output_tensor(graph, i).name + "'";
  }
  return text;
}

bool ends_at_separator(std::string_view text, std::size_t length) {
  return text.size() == length || text[length] == ';' || text[length] == ',';
}

// Position of the output that `text` begins with; takes it off the front. The longest name wins.
std::int32_t take_output(const Graph& graph, std::string_view& text) {
  std::size_t best_length = 0;
  std::int32_t best = -1;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    for (const std::string& label : {output_tensor(graph, i).name, std::to_string(i)}) {
      if (label.size() > best_length && text.starts_with(label) && ends_at_separator(text, label.size())) {
        best_length = label.size();
        best = static_cast<std::int32_t>(i);
      }
    }
  }
  if (best < 0) {
    throw ImportError("exits: '" + std::string(text) + "' does not begin with an output; outputs are " +
                      known_outputs(graph));
  }
  text.remove_prefix(best_length);
  return best;
}

void check_depth(const Graph& graph, const std::vector<std::vector<std::int32_t>>& exits) {
  std::int64_t shallower = 0;
  for (std::size_t e = 0; e < exits.size(); ++e) {
    std::vector<std::int32_t> outputs;
    for (const std::int32_t position : exits[e])
      outputs.push_back(graph.outputs[static_cast<std::size_t>(position)]);
    const std::int64_t cost = macs_to_make(graph, outputs);
    if (cost < shallower) {
      throw ImportError("exits: exit " + std::to_string(e) +
                        " needs less computation than the one before it; list exits by depth");
    }
    shallower = cost;
  }
}

}  // namespace

std::vector<std::vector<std::int32_t>> parse_exits(const Graph& graph, std::string_view text) {
  std::vector<std::vector<std::int32_t>> exits(1);
  if (text.empty()) {
    exits[0].resize(graph.outputs.size());
    std::iota(exits[0].begin(), exits[0].end(), 0);
    return exits;
  }
  std::vector<bool> seen(graph.outputs.size(), false);
  for (;;) {
    const std::int32_t output = take_output(graph, text);
    if (seen[static_cast<std::size_t>(output)]) {
      throw ImportError("exits: output '" + output_tensor(graph, static_cast<std::size_t>(output)).name +
                        "' is named twice");
    }
    seen[static_cast<std::size_t>(output)] = true;
    exits.back().push_back(output);
    if (text.empty()) break;
    if (text[0] == ';') exits.emplace_back();
    text.remove_prefix(1);
  }
  if (std::find(seen.begin(), seen.end(), false) != seen.end()) {
    throw ImportError("exits: every output must be in one exit; outputs are " + known_outputs(graph));
  }
  for (auto& group : exits) std::sort(group.begin(), group.end());
  check_depth(graph, exits);
  return exits;
}

}  // namespace coinfer::graph
