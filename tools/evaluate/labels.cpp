// SPDX-License-Identifier: Apache-2.0
#include "evaluate/labels.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <string>

#include "files/files.hpp"

namespace coinfer::evaluate {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

std::optional<int> number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<int> read_labels(const std::filesystem::path& path, std::size_t record_count) {
  const std::vector<std::uint8_t> bytes = files::read(path);
  std::istringstream stream(std::string(bytes.begin(), bytes.end()));
  std::vector<int> labels;
  std::optional<std::size_t> column;  // of a header, else the last one
  int line_number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++line_number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::vector<std::string> cells = cells_of(line);
    if (cells.empty()) continue;
    if (line_number == 1 && !number(cells.back())) {
      const auto at = std::find(cells.begin(), cells.end(), "label");
      if (at == cells.end()) throw files::FileError(path.string() + ": header has no column 'label'");
      column = static_cast<std::size_t>(at - cells.begin());
      continue;
    }
    const std::size_t at = column.value_or(cells.size() - 1);
    const std::optional<int> label = at < cells.size() ? number(cells[at]) : std::nullopt;
    if (!label) {
      throw files::FileError(path.string() + ": line " + std::to_string(line_number) +
                             " has no integer label");
    }
    labels.push_back(*label);
  }
  if (labels.size() != record_count) {
    throw files::FileError(path.string() + ": has " + std::to_string(labels.size()) + " labels for " +
                           std::to_string(record_count) + " records");
  }
  return labels;
}

}  // namespace coinfer::evaluate
