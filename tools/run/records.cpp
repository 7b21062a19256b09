// SPDX-License-Identifier: Apache-2.0
#include "run/records.hpp"

#include <stdexcept>
#include <string>

#include "files/files.hpp"
#include "graph/executor.hpp"
#include "graph/split.hpp"

namespace coinfer::run {

Records::Records(const graph::Graph& graph, const std::filesystem::path& path)
    : bytes_(files::read(path)), record_bytes_(static_cast<std::size_t>(graph::input_record_bytes(graph))) {
  if (bytes_.empty() || bytes_.size() % record_bytes_ != 0) {
    throw files::FileError(path.string() + ": has " + std::to_string(bytes_.size()) + " bytes; a record of " +
                           graph.name + " has " + std::to_string(record_bytes_) +
                           " and the file must hold a whole number of them");
  }
}

int exit_number(const graph::Graph& graph, int exit) {
  const int count = graph::exit_count(graph);
  if (exit < -1 || exit >= count) {
    throw std::invalid_argument("--exit " + std::to_string(exit) + ": " + graph.name + " has exits 0 to " +
                                std::to_string(count - 1) + " (--exits groups the outputs)");
  }
  return exit == -1 ? count - 1 : exit;
}

}  // namespace coinfer::run
