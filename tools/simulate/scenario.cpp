// SPDX-License-Identifier: Apache-2.0
#include "simulate/scenario.hpp"

#include <algorithm>
#include <limits>

#include "graph/split.hpp"

namespace coinfer::simulate {
namespace {

// What of it is the answer, and goes the other way.
double answer_wire_bytes(std::int64_t bytes) {
  constexpr double request = 17;
  return plan::wire_bytes(0, bytes) - request;
}

class Ways {
 public:
  Ways(const graph::Graph& graph, const profile::Profile& profile, const NetworkOptions& options)
      : graph_(graph), profile_(profile), options_(options) {
    for (int exit = 0; exit < graph::exit_count(graph); ++exit)
      needed_.push_back(graph::needed_stages(graph, exit));
  }

  Way make(const plan::Candidate& candidate) const {
    Way way;
    way.cost = candidate;
    const int answered = local_exit(candidate);
    way.can_finish = options_.limits.fallback != plan::Fallback::none;
    way.finish_accuracy = options_.accuracy[static_cast<std::size_t>(answered)];
    for (std::size_t s = 0; s < graph_.stages.size(); ++s) {
      const double us = profile_.device->stages[s].median_us;
      const bool head = static_cast<int>(s) < candidate.split;
      const bool local = way.can_finish && candidate.uses_link() && needed(answered, s);
      if (head && (local || needed(candidate.exit, s))) way.head_us += us;
      if (!head && local) way.finish_us += us;
    }
    if (!candidate.uses_link()) return way;
    const auto crossing = graph::crossing_tensors(graph_, candidate.split, candidate.exit);
    way.down_bytes = answer_wire_bytes(
        graph::bytes_of(graph_, graph::answer_outputs(graph_, candidate.split, candidate.exit)));
    way.up_bytes = candidate.forms[0].bytes - way.down_bytes;
    way.block_end = crossing.size() == 1 && !plan::sends_input(graph_, candidate.split, candidate.exit) &&
                    graph::bytes_of(graph_, crossing) <= graph::bytes_of(graph_, graph_.inputs);
    return way;
  }

 private:
  bool needed(int exit, std::size_t stage) const { return needed_[static_cast<std::size_t>(exit)][stage]; }

  // As coinfer::detail::LocalRun chooses it.
  int local_exit(const plan::Candidate& candidate) const {
    if (options_.limits.fallback != plan::Fallback::exit) return candidate.exit;
    for (int exit = candidate.exit; exit >= 0; --exit) {
      if (graph::exit_in_head(graph_, candidate.split, exit)) return exit;
    }
    return 0;
  }

  const graph::Graph& graph_;
  const profile::Profile& profile_;
  const NetworkOptions& options_;
  std::vector<std::vector<bool>> needed_;
};

}  // namespace

bool takes_image(const graph::Graph& graph) {
  constexpr int least = 16;
  if (graph.inputs.size() != 1) return false;
  const Shape& shape = graph::tensor_at(graph, graph.inputs[0]).shape;
  return shape.height >= least && shape.width >= least && (shape.channels == 1 || shape.channels == 3);
}

void add_ways(Scenario& scenario, const graph::Graph& graph, const profile::Profile& profile,
              const NetworkOptions& options) {
  const Ways ways(graph, profile, options);
  for (const plan::Candidate& candidate :
       plan::network_candidates({graph, profile, options.accuracy, options.active_mw}, options.limits)) {
    scenario.ways.push_back(ways.make(candidate));
    scenario.deepest_exit = std::max(scenario.deepest_exit, candidate.exit);
  }
  scenario.active_mw = options.active_mw;
  if (!options.compressed_input) return;
  const auto raw = std::ranges::find_if(scenario.ways, [&scenario](const Way& way) {
    return way.cost.split == 0 && way.cost.exit == scenario.deepest_exit && way.cost.uses_link();
  });
  if (raw == scenario.ways.end()) return;
  Way way = *raw;
  way.up_bytes =
      plan::wire_bytes(static_cast<std::int64_t>(options.compressed_input->bytes), 0) - answer_wire_bytes(0);
  way.head_us = options.compressed_input->encode_us;
  way.cost.accuracy = options.compressed_input->accuracy;
  way.cost.forms[0] = {way.head_us, way.up_bytes + way.down_bytes};
  way.cost.expected_compute_us = way.head_us;
  way.cost.energy_uj = way.head_us * options.active_mw / 1000;
  scenario.compressed_input = way;
}

void add_table(Scenario& scenario, std::span<const std::uint8_t, 32> identity) {
  std::vector<plan::Candidate> candidates;
  for (const Way& way : scenario.ways) candidates.push_back(way.cost);
  const std::vector<plan::Candidate> kept = plan::reduce(candidates, scenario.setting, scenario.box);
  scenario.table = plan::make_table(kept, scenario.setting, scenario.box, identity, 1);
}

plan::Box box_of(const std::vector<Trace>& traces) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  plan::Box box{{infinity, infinity, 0.0, 1.0}, {0.0, 0.0, 100'000.0, 10.0}};
  for (const Trace& trace : traces) {
    for (const Segment& segment : trace.segments()) {
      if (!segment.up) continue;
      box.low.us_per_byte = std::min(box.low.us_per_byte, segment.us_per_byte);
      box.high.us_per_byte = std::max(box.high.us_per_byte, segment.us_per_byte);
      box.low.round_trip_us = std::min(box.low.round_trip_us, segment.round_trip_us);
      box.high.round_trip_us = std::max(box.high.round_trip_us, segment.round_trip_us);
    }
  }
  return box;
}

}  // namespace coinfer::simulate
