// SPDX-License-Identifier: Apache-2.0
#include "graph/split_table_file.hpp"

#include <algorithm>

#include "files/files.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, TableFault fault) {
  throw files::FileError(path.string() + ": " + to_string(fault) + "; 'coinfer plan --table' writes one");
}

}  // namespace

GraphTableRules::GraphTableRules(const Graph& graph) : graph_(graph) {
  const int count = stage_count(graph);
  for (int exit = 0; exit < exit_count(graph); ++exit) {
    int split = count;
    while (split > 0 && exit_in_head(graph, split - 1, exit)) --split;
    complete_at_.push_back(static_cast<std::uint16_t>(split));
  }
}

TableRules GraphTableRules::rules() const {
  TableRules rules;
  rules.identity = graph_.identity.data();
  rules.max_split = stage_count(graph_);
  rules.complete_at = complete_at_.data();
  rules.exit_count = exit_count(graph_);
  return rules;
}

std::vector<std::uint8_t> table_identity(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = files::read(path);
  if (bytes.size() < sizeof(SplitTableHeader) ||
      !std::equal(bytes.begin(), bytes.begin() + sizeof split_table_magic, split_table_magic))
    refuse(path, TableFault::not_a_table);
  const auto identity = bytes.begin() + offsetof(SplitTableHeader, identity);
  return {identity, identity + sizeof(SplitTableHeader::identity)};
}

std::vector<std::uint8_t> read_table(const std::filesystem::path& path, const Graph& graph, TableSlot& slot) {
  std::vector<std::uint8_t> bytes = files::read(path);
  slot.begin();
  slot.take(bytes.data(), bytes.size());
  const TableFault fault = slot.finish(GraphTableRules(graph).rules());
  if (fault != TableFault::none) refuse(path, fault);
  return bytes;
}

}  // namespace coinfer::graph
