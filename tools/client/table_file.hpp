// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/split_table_slot.hpp>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::client {

// Any table.
using TableSlot = SplitTableSlot<254, 254>;

// What a table must agree with to be used for a network, as the device and the edge peer check it.
class GraphTableRules {
 public:
  explicit GraphTableRules(const graph::Graph& graph);
  // Refers to this object and to the graph.
  TableRules rules() const;

 private:
  const graph::Graph& graph_;
  std::vector<std::uint8_t> complete_at_;
};

// A file that `coinfer plan --table` wrote for this network. Throws files::FileError.
void read_table(const std::filesystem::path& path, const graph::Graph& graph, TableSlot& slot);

}  // namespace coinfer::client
