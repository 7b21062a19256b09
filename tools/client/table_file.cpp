// SPDX-License-Identifier: Apache-2.0
#include "client/table_file.hpp"

#include <algorithm>

#include "files/files.hpp"
#include "graph/split.hpp"

namespace coinfer::client {

GraphTableRules::GraphTableRules(const graph::Graph& graph) : graph_(graph) {
  const int count = graph::stage_count(graph);
  for (int exit = 0; exit < graph::exit_count(graph); ++exit) {
    int split = count;
    while (split > 0 && graph::exit_in_head(graph, split - 1, exit)) --split;
    complete_at_.push_back(static_cast<std::uint8_t>(std::min(split, 255)));
  }
}

TableRules GraphTableRules::rules() const {
  TableRules rules;
  rules.identity = graph_.identity.data();
  rules.max_split = graph::stage_count(graph_);
  rules.complete_at = complete_at_.data();
  rules.exit_count = graph::exit_count(graph_);
  return rules;
}

void read_table(const std::filesystem::path& path, const graph::Graph& graph, TableSlot& slot) {
  const std::vector<std::uint8_t> bytes = files::read(path);
  slot.begin();
  slot.take(bytes.data(), bytes.size());
  const TableFault fault = slot.finish(GraphTableRules(graph).rules());
  if (fault == TableFault::none) return;
  throw files::FileError(path.string() + ": " + to_string(fault) + "; 'coinfer plan --table' writes one");
}

}  // namespace coinfer::client
