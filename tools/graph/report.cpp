// SPDX-License-Identifier: Apache-2.0
#include "graph/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "graph/identity.hpp"
#include "graph/operator_name.hpp"
#include "graph/packing.hpp"
#include "graph/shape_text.hpp"
#include "graph/split.hpp"
#include "graph/stage_cost.hpp"
#include "graph/stage_runner.hpp"

namespace coinfer::graph {
namespace {

const char* type_text(DataType type) {
  switch (type) {
    case DataType::s8:
      return "int8";
    case DataType::u8:
      return "uint8";
    case DataType::s16:
      return "int16";
    case DataType::s32:
      return "int32";
    case DataType::f32:
      return "float32";
  }
  return "";
}

std::string tensor_text(const Tensor& tensor) {
  return "'" + tensor.name + "' " + shape_text(tensor.file_shape) + " " + type_text(tensor.type);
}

std::string fallback_of(const Graph& graph, int split) {
  if (split == stage_count(graph)) return "full";
  for (int exit = 0; exit < exit_count(graph); ++exit) {
    if (exit_in_head(graph, split, exit)) return "exit";
  }
  return "none";
}

std::vector<std::string> overlapped_inputs(const Graph& graph, const ArenaPlan& arena, const Stage& stage) {
  const auto place = [&](std::int32_t tensor) {
    const std::int64_t begin = arena.offsets[static_cast<std::size_t>(tensor)];
    return std::pair(begin, begin + tensor_at(graph, tensor).bytes());
  };
  const auto [begin, end] = place(stage.output);
  std::vector<std::string> names;
  for (const std::int32_t input : stage.inputs) {
    const auto [input_begin, input_end] = place(input);
    if (begin < input_end && input_begin < end) names.push_back(tensor_at(graph, input).name);
  }
  return names;
}

std::vector<StageReport> stage_reports(const Graph& graph, const ArenaPlan& arena, WeightLayout layout) {
  const std::vector<std::int64_t> live = live_bytes(graph);
  std::vector<StageReport> reports;
  for (int s = 0; s < stage_count(graph); ++s) {
    const Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    reports.push_back({s, operator_name(stage.op), stage.name, tensor_at(graph, stage.output).file_shape,
                       macs(stage), weight_bytes(stage, layout), live[static_cast<std::size_t>(s)],
                       arena.offsets[static_cast<std::size_t>(stage.output)],
                       overlapped_inputs(graph, arena, stage)});
  }
  return reports;
}

std::vector<SplitReport> split_reports(const Graph& graph, const ArenaPlan& arena, WeightLayout layout) {
  std::vector<SplitReport> reports;
  std::int64_t flash = 0;
  std::int64_t scratch = 0;
  std::int64_t states = 0;
  for (int split = 0; split <= stage_count(graph); ++split) {
    if (split > 0) {
      const Stage& last = graph.stages[static_cast<std::size_t>(split) - 1];
      states += state_bytes(last);
      flash += weight_bytes(last, layout);
      scratch = std::max<std::int64_t>(scratch, stage_scratch_bytes(KernelSet::portable, last));
    }
    if (split < least_split(graph)) continue;
    SplitReport report;
    report.split = split;
    for (int exit = 0; exit < exit_count(graph); ++exit) {
      report.feature_bytes.push_back(bytes_of(graph, crossing_tensors(graph, split, exit)));
    }
    for (const std::int32_t tensor : crossing_tensors(graph, split, exit_count(graph) - 1)) {
      report.tensors.push_back(tensor_at(graph, tensor).name);
    }
    report.device_flash_bytes = flash;
    report.device_ram_bytes = arena_bytes_until(graph, arena, split) + scratch + states;
    report.fallback = fallback_of(graph, split);
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace

std::int64_t Report::macs() const {
  std::int64_t total = 0;
  for (const StageReport& stage : stages) total += stage.macs;
  return total;
}

Report make_report(const Graph& graph, const ArenaPlan& arena, WeightLayout layout) {
  Report report;
  report.model = graph.name;
  report.producer = graph.producer;
  report.identity = hexadecimal(graph.identity);
  report.rounding = graph.rounding == RoundingRule::double_rounding ? "double" : "single";
  for (const std::int32_t input : graph.inputs) report.inputs.push_back(tensor_text(tensor_at(graph, input)));
  for (int exit = 0; exit < exit_count(graph); ++exit) {
    report.exits.emplace_back();
    for (const std::int32_t output : exit_outputs(graph, exit)) {
      report.exits.back().push_back(tensor_text(tensor_at(graph, output)));
    }
  }
  report.fused = graph.fused;
  report.arena_bytes = arena.bytes;
  report.arena_least_bytes = arena.least;
  report.peak_live_bytes = peak_live_bytes(graph);
  report.stages = stage_reports(graph, arena, layout);
  report.splits = split_reports(graph, arena, layout);
  return report;
}

std::string report_json(const Report& report) {
  nlohmann::json json = {{"format", 1},
                         {"model", report.model},
                         {"producer", report.producer},
                         {"identity", report.identity},
                         {"rounding", report.rounding},
                         {"inputs", report.inputs},
                         {"exits", report.exits},
                         {"macs", report.macs()},
                         {"flash_bytes", report.flash_bytes()},
                         {"ram_bytes", report.ram_bytes()},
                         {"arena_bytes", report.arena_bytes},
                         {"arena_least_bytes", report.arena_least_bytes},
                         {"peak_live_bytes", report.peak_live_bytes},
                         {"fused", nlohmann::json::array()},
                         {"stages", nlohmann::json::array()},
                         {"splits", nlohmann::json::array()}};
  for (const FusedPad& fused : report.fused) {
    json["fused"].push_back({{"operator", "PAD"}, {"name", fused.name}, {"into", fused.into}});
  }
  for (const StageReport& stage : report.stages) {
    json["stages"].push_back({{"stage", stage.number},
                              {"operator", stage.op},
                              {"name", stage.name},
                              {"shape", stage.shape},
                              {"macs", stage.macs},
                              {"weight_bytes", stage.weight_bytes},
                              {"live_bytes", stage.live_bytes},
                              {"arena_offset", stage.arena_offset},
                              {"overlapped", stage.overlapped}});
  }
  for (const SplitReport& split : report.splits) {
    json["splits"].push_back({{"split", split.split},
                              {"feature_bytes", split.feature_bytes},
                              {"tensors", split.tensors},
                              {"device_flash_bytes", split.device_flash_bytes},
                              {"device_ram_bytes", split.device_ram_bytes},
                              {"fallback", split.fallback}});
  }
  // Names come from the file and may not be UTF-8.
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace coinfer::graph
