// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/arena.hpp"
#include "graph/graph.hpp"
#include "graph/packing.hpp"

namespace coinfer::graph {

struct StageReport {
  int number = 0;
  std::string op;
  std::string name;  // of the output tensor: what --split takes
  std::vector<std::int32_t> shape;
  std::int64_t macs = 0;
  std::int64_t weight_bytes = 0;  // filter, bias and requantization constants, as the layout stores them
  std::int64_t live_bytes = 0;    // of the activations that exist while the stage runs
  std::int32_t arena_offset = 0;  // where the output begins
  std::vector<std::string> overlapped;  // inputs in whose memory the output lies
};

// The network cut before stage `split`, and a device that has linked the stages before it and no other.
struct SplitReport {
  int split = 0;
  std::vector<std::int64_t>
      feature_bytes;                    // by exit: raw bytes that cross; 0 where the head makes the answer
  std::vector<std::string> tensors;     // that cross for the last exit
  std::int64_t device_flash_bytes = 0;  // constants of the head
  std::int64_t device_ram_bytes = 0;    // arena, and working memory of the portable kernels
  std::string fallback;                 // what that device can answer alone: full, exit, none
};

struct Report {
  std::string model;
  std::string producer;
  std::string identity;
  std::string rounding;
  std::vector<std::string> inputs;              // "'name' 1x49x10x1 int8"
  std::vector<std::vector<std::string>> exits;  // outputs of each, in the same form
  std::vector<FusedPad> fused;
  std::int64_t arena_bytes = 0;
  std::int64_t arena_least_bytes = 0;  // no plan can need less
  std::int64_t peak_live_bytes = 0;    // what tensors would need that do not overlap
  std::vector<StageReport> stages;
  std::vector<SplitReport> splits;  // 0 to the number of stages

  std::int64_t macs() const;
  std::int64_t flash_bytes() const { return splits.back().device_flash_bytes; }
  std::int64_t ram_bytes() const { return splits.back().device_ram_bytes; }
};

Report make_report(const Graph& graph, const ArenaPlan& arena,
                   WeightLayout layout = WeightLayout::tensorflow);

std::string report_text(const Report& report);

// "format" is raised when a field is renamed, removed or changes its meaning.
std::string report_json(const Report& report);

}  // namespace coinfer::graph
