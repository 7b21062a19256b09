// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::run {

// A file of raw input records. Throws files::FileError when it does not hold a whole number of them.
class Records {
 public:
  Records(const graph::Graph& graph, const std::filesystem::path& path);

  std::size_t count() const { return bytes_.size() / record_bytes_; }
  std::span<const std::uint8_t> operator[](std::size_t record) const {
    return std::span(bytes_).subspan(record * record_bytes_, record_bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t record_bytes_;
};

// The exit with that number, or the last one for -1. Throws std::invalid_argument.
int exit_number(const graph::Graph& graph, int exit);

}  // namespace coinfer::run
