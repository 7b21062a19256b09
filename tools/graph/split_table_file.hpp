// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/split_table_slot.hpp>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::graph {

// Any table.
using TableSlot = SplitTableSlot<254, 254>;

// What a table must agree with to be used for a network, as the device and the edge peer check it.
class GraphTableRules {
 public:
  explicit GraphTableRules(const Graph& graph);
  // Refers to this object and to the graph.
  TableRules rules() const;

 private:
  const Graph& graph_;
  std::vector<std::uint16_t> complete_at_;
};

// Of the model that a table file is for, 32 bytes. Throws files::FileError.
std::vector<std::uint8_t> table_identity(const std::filesystem::path& path);

// A file that `coinfer plan --table` wrote. `slot` has its table afterwards, which must be of this network;
// returns its bytes. Throws files::FileError.
std::vector<std::uint8_t> read_table(const std::filesystem::path& path, const Graph& graph, TableSlot& slot);

}  // namespace coinfer::graph
