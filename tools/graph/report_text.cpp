// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "graph/report.hpp"
#include "graph/shape_text.hpp"

namespace coinfer::graph {
namespace {

// Rows of cells; columns are as wide as their widest cell, numbers end and words begin at a common column.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string text() const {
    std::vector<std::size_t> width(rows_[0].size(), 0);
    std::vector<bool> numeric(rows_[0].size(), true);
    for (const auto& row : rows_) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        width[c] = std::max(width[c], row[c].size());
        if (&row != &rows_[0]) numeric[c] = numeric[c] && is_number(row[c]);
      }
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t c = 0; c < row.size(); ++c) {
        const std::string fill(width[c] - row[c].size(), ' ');
        if (c > 0) line.append(2, ' ');
        line += numeric[c] ? fill + row[c] : row[c] + fill;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  static bool is_number(const std::string& cell) {
    return std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
  }

  std::vector<std::vector<std::string>> rows_;
};

// Converters join the names of everything they fused; the beginning says what it is.
std::string shortened(const std::string& name) {
  constexpr std::size_t limit = 48;
  return name.size() <= limit ? name : name.substr(0, limit - 3) + "...";
}

// A request names at most 16 tensors (coinfer_wire.options).
constexpr std::size_t max_sent = 16;

std::string joined(const std::vector<std::string>& names) {
  if (names.size() > max_sent) return std::to_string(names.size()) + " tensors: too many to be sent";
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += shortened(name);
  }
  return text;
}

std::string stage_table(const Report& report) {
  Table table({"stage", "operator", "output", "MACs", "weights B", "live B", "at", "over", "name"});
  for (const StageReport& stage : report.stages) {
    table.add({std::to_string(stage.number), stage.op, shape_text(stage.shape), std::to_string(stage.macs),
               std::to_string(stage.weight_bytes), std::to_string(stage.live_bytes),
               std::to_string(stage.arena_offset), stage.overlapped.empty() ? "" : "input",
               shortened(stage.name)});
  }
  return table.text();
}

std::string split_table(const Report& report) {
  std::vector<std::string> header{"split"};
  for (std::size_t exit = 0; exit < report.exits.size(); ++exit) {
    header.push_back(report.exits.size() == 1 ? "sent B" : "sent B, exit " + std::to_string(exit));
  }
  header.insert(header.end(), {"device flash B", "device RAM B", "fallback", "tensors sent"});
  Table table(header);
  for (const SplitReport& split : report.splits) {
    std::vector<std::string> row{std::to_string(split.split)};
    for (const std::int64_t bytes : split.feature_bytes) row.push_back(std::to_string(bytes));
    row.insert(row.end(), {std::to_string(split.device_flash_bytes), std::to_string(split.device_ram_bytes),
                           split.fallback, joined(split.tensors)});
    table.add(row);
  }
  return table.text();
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text = report.model + ": " + std::to_string(report.stages.size()) + " stages, " +
                     std::to_string(report.macs()) + " MACs, " + std::to_string(report.flash_bytes()) +
                     " B of weights, " + std::to_string(report.ram_bytes()) + " B of RAM, " +
                     report.rounding + " rounding\nidentity " + report.identity + "\n";
  for (const std::string& input : report.inputs) text += "input    " + input + "\n";
  for (std::size_t exit = 0; exit < report.exits.size(); ++exit) {
    for (const std::string& output : report.exits[exit]) {
      text += "exit " + std::to_string(exit) + "   " + output + "\n";
    }
  }
  text += "arena    " + std::to_string(report.arena_bytes) + " B (at least " +
          std::to_string(report.arena_least_bytes) + "; without overlap " +
          std::to_string(report.peak_live_bytes) + ")\n";
  for (const FusedPad& fused : report.fused) {
    text += "fused    PAD " + shortened(fused.name) + " into " + shortened(fused.into) + "\n";
  }
  text += "\n" + stage_table(report) + "\n" + split_table(report);
  text +=
      "\nlive B: of the tensors that exist during the stage. at: where its output begins in the arena; over "
      "input:\nin the memory of an input that nothing reads later. split: the device runs the stages before "
      "it.\n"
      "sent B: raw feature bytes. device flash and RAM: of a "
      "build\n"
      "that links only those stages. fallback: what such a build answers without the link.\n";
  return text;
}

}  // namespace coinfer::graph
