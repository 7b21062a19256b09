// SPDX-License-Identifier: Apache-2.0
#include "plan/network_candidates.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <type_traits>

#include "graph/report.hpp"
#include "graph/split.hpp"

namespace coinfer::plan {
namespace {

std::string percent(double fraction) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f%%", fraction * 100);
  return text;
}

// After how many stages the head has made the whole answer, and can be cut.
int stages_of(const graph::Graph& graph, int exit) {
  int split = graph::least_split(graph);
  while (!graph::exit_in_head(graph, split, exit)) ++split;
  return split;
}

class Enumeration {
 public:
  Enumeration(const Inputs& in, const Limits& limits)
      : in_(in), limits_(limits), report_(graph::make_report(in.graph, graph::plan_arena(in.graph))) {}

  std::vector<Candidate> run() {
    check_accuracy();
    check_memory();
    for (int exit = 0; exit < graph::exit_count(in_.graph); ++exit) {
      if (in_.accuracy[static_cast<std::size_t>(exit)] < limits_.accuracy_floor) continue;
      const int stages = stages_of(in_.graph, exit);
      for (int split = graph::least_split(in_.graph); split <= stages; ++split) {
        const bool local = split == stages;  // sends nothing: always allowed
        if ((local || allowed(split)) && split <= linked_stages_) add(exit, split, local);
      }
    }
    if (found_.empty()) throw std::invalid_argument("--allowed-splits leaves no way to answer");
    return std::move(found_);
  }

 private:
  void check_accuracy() const {
    const double best = *std::ranges::max_element(in_.accuracy);
    if (best < limits_.accuracy_floor)
      throw std::invalid_argument("--accuracy-floor: no exit reaches " + percent(limits_.accuracy_floor) +
                                  ", the best one has " + percent(best));
  }

  // The stages that the build links: as many as memory allows, and at least those of the fallback.
  void check_memory() {
    int needed = graph::least_split(in_.graph);
    if (limits_.fallback == Fallback::full) needed = graph::stage_count(in_.graph);
    if (limits_.fallback == Fallback::exit) needed = stages_of(in_.graph, 0);
    for (const graph::SplitReport& split : report_.splits) {
      const bool fits = split.device_ram_bytes <= limits_.ram_bytes.value_or(split.device_ram_bytes) &&
                        split.device_flash_bytes <= limits_.flash_bytes.value_or(split.device_flash_bytes);
      if (fits) linked_stages_ = std::max(linked_stages_, split.split);
      if (split.split == needed && !fits) {
        const std::string until = needed == graph::least_split(in_.graph)
                                      ? "even the earliest cut takes "
                                      : std::to_string(needed) + " of " +
                                            std::to_string(report_.stages.size()) +
                                            " stages, which --fallback needs, take ";
        throw std::invalid_argument(
            split.device_ram_bytes > limits_.ram_bytes.value_or(split.device_ram_bytes)
                ? "--ram " + std::to_string(*limits_.ram_bytes) + ": " + until +
                      std::to_string(split.device_ram_bytes) + " bytes"
                : "--flash " + std::to_string(*limits_.flash_bytes) + ": " + until +
                      std::to_string(split.device_flash_bytes) + " bytes of constants");
      }
    }
  }

  bool allowed(int split) const {
    return !limits_.allowed_splits ||
           std::ranges::find(*limits_.allowed_splits, split) != limits_.allowed_splits->end();
  }

  void add(int exit, int split, bool local) {
    const std::vector<bool> needed = graph::needed_stages(in_.graph, exit);
    Candidate c;
    c.split = split;
    c.exit = exit;
    c.accuracy = in_.accuracy[static_cast<std::size_t>(exit)];
    for (int s = 0; s < split; ++s) {
      const auto stage = static_cast<std::size_t>(s);
      if (needed[stage]) c.forms[0].compute_us += in_.profile.device->stages[stage].median_us;
    }
    c.expected_compute_us = c.forms[0].compute_us;
    c.energy_uj = c.forms[0].compute_us * in_.active_mw / 1000;
    if (!local) {
      const auto& tail =
          in_.profile.edge->tails[static_cast<std::size_t>(exit)][static_cast<std::size_t>(split)];
      if (!tail) return;  // the edge peer was not measured there
      c.offload = 1.0;
      c.tail_us = tail->median_us;
      c.forms[0].bytes =
          wire_bytes(graph::bytes_of(in_.graph, graph::crossing_tensors(in_.graph, split, exit)),
                     graph::bytes_of(in_.graph, graph::answer_outputs(in_.graph, split, exit)));
    }
    found_.push_back(c);
  }

  const Inputs& in_;
  const Limits& limits_;
  const graph::Report report_;
  int linked_stages_ = 0;
  std::vector<Candidate> found_;
};

template <class Op>
constexpr bool keeps_values =
    std::is_same_v<Op, Reshape> || std::is_same_v<Op, Requantize> || std::is_same_v<Op, Quantize> ||
    std::is_same_v<Op, Dequantize> || std::is_same_v<Op, Cast> || std::is_same_v<Op, Pad> ||
    std::is_same_v<Op, Transpose> || std::is_same_v<Op, SpaceToDepth> || std::is_same_v<Op, DepthToSpace>;

}  // namespace

bool sends_input(const graph::Graph& graph, int split, int exit) {
  std::vector<bool> input(graph.tensors.size(), false);
  for (const std::int32_t tensor : graph.inputs) input[static_cast<std::size_t>(tensor)] = true;
  for (const graph::Stage& stage : graph.stages) {
    const bool keeps =
        std::visit([](const auto& op) { return keeps_values<std::decay_t<decltype(op)>>; }, stage.op);
    if (keeps && input[static_cast<std::size_t>(stage.inputs[0])])
      input[static_cast<std::size_t>(stage.output)] = true;
  }
  return std::ranges::any_of(graph::crossing_tensors(graph, split, exit), [&input](std::int32_t tensor) {
    return input[static_cast<std::size_t>(tensor)];
  });
}

// Per chunk 8 bytes of frame and 29 of record, twice with a beginning that shares a record with the request;
// the answer's message and its chunk are two records.
double wire_bytes(std::int64_t feature_bytes, std::int64_t answer_bytes) {
  constexpr std::int64_t chunk = 1024;
  constexpr std::int64_t per_chunk = 37;
  constexpr std::int64_t request = 17;
  constexpr std::int64_t reply = 94;
  const auto chunks = [](std::int64_t bytes) { return (bytes + chunk - 1) / chunk; };
  const std::int64_t parts = chunks(feature_bytes) + (feature_bytes > chunk ? 2 : 0);
  return static_cast<double>(feature_bytes + request + parts * per_chunk + answer_bytes + reply +
                             (chunks(answer_bytes) - 1) * per_chunk);
}

std::vector<Candidate> network_candidates(const Inputs& inputs, const Limits& limits) {
  return Enumeration(inputs, limits).run();
}

}  // namespace coinfer::plan
