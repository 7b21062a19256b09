// SPDX-License-Identifier: Apache-2.0
#include "plan/network_candidates.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <type_traits>

#include "graph/report.hpp"
#include "graph/split.hpp"

namespace coinfer::plan {
namespace {

// As short as it can be without becoming another number.
std::string shortest(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
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
    if (found_.empty()) refuse_splits();
    return std::move(found_);
  }

 private:
  void check_accuracy() const {
    const double best = *std::ranges::max_element(in_.accuracy);
    if (best < limits_.accuracy_floor)
      throw std::invalid_argument("--accuracy-floor " + shortest(limits_.accuracy_floor) +
                                  ": no exit reaches it, the best one has " + shortest(best));
  }

  const graph::SplitReport& report(int split) const {
    return report_.splits[static_cast<std::size_t>(split)];
  }
  bool lacks_ram(int split) const {
    return limits_.ram_bytes && report(split).device_ram_bytes > *limits_.ram_bytes;
  }
  bool lacks_flash(int split) const {
    return limits_.flash_bytes && report(split).device_flash_bytes > *limits_.flash_bytes;
  }
  bool fits(int split) const { return !lacks_ram(split) && !lacks_flash(split); }

  // "--ram 10: <what> 80 bytes of RAM"; with --flash where that binds too.
  std::string too_large(int split, const std::string& what) const {
    std::string options;
    std::string bytes;
    if (lacks_ram(split)) {
      options = "--ram " + std::to_string(*limits_.ram_bytes);
      bytes = std::to_string(report(split).device_ram_bytes) + " bytes of RAM";
    }
    if (lacks_flash(split)) {
      const std::string_view join = options.empty() ? "" : " and ";
      options.append(join).append("--flash " + std::to_string(*limits_.flash_bytes));
      bytes.append(join).append(std::to_string(report(split).device_flash_bytes) + " bytes of constants");
    }
    return options + ": " + what + bytes;
  }

  int stages_linked(Fallback fallback) const {
    if (fallback == Fallback::full) return graph::stage_count(in_.graph);
    return fallback == Fallback::exit ? stages_of(in_.graph, 0) : graph::least_split(in_.graph);
  }

  // The stages that the build links: as many as memory allows, and at least those of the fallback.
  void check_memory() {
    for (int split = 0; split <= graph::stage_count(in_.graph); ++split) {
      if (fits(split)) linked_stages_ = split;
    }
    const int needed = stages_linked(limits_.fallback);
    if (fits(needed)) return;
    if (needed == graph::least_split(in_.graph))
      throw std::invalid_argument(too_large(needed, "even the earliest cut takes "));
    std::string message =
        too_large(needed, std::to_string(needed) + " of " + std::to_string(report_.stages.size()) +
                              " stages, which --fallback needs, take ");
    if (fits(stages_linked(Fallback::exit))) {
      message += "; --fallback exit fits";
    } else if (fits(stages_linked(Fallback::none))) {
      message += "; --fallback none fits";
    }
    throw std::invalid_argument(message);
  }

  // Cuts that are allowed do not fit, cuts that fit are not allowed or not in the profile.
  [[noreturn]] void refuse_splits() const {
    int nearest = -1;
    int wanted = -1;
    for (int exit = 0; exit < graph::exit_count(in_.graph); ++exit) {
      if (in_.accuracy[static_cast<std::size_t>(exit)] < limits_.accuracy_floor) continue;
      const int last = std::min(stages_of(in_.graph, exit) - 1, linked_stages_);
      for (int split = graph::least_split(in_.graph); split <= last; ++split) {
        if (!tail(exit, split)) continue;
        for (const int other : limits_.allowed_splits.value_or(std::vector<int>())) {
          if (nearest >= 0 && std::abs(split - other) >= std::abs(nearest - wanted)) continue;
          nearest = split;
          wanted = other;
        }
      }
    }
    if (nearest < 0)
      throw std::invalid_argument(
          "--profile has no time of the edge peer where the device may be cut, and alone it cannot answer; "
          "measure with 'coinfer profile --side edge'");
    std::string message =
        "--allowed-splits leaves no way to answer; the nearest split that does is " + std::to_string(nearest);
    if (wanted > linked_stages_)
      message += " (" + too_large(wanted, "split " + std::to_string(wanted) + " takes ") + ")";
    throw std::invalid_argument(message);
  }

  bool allowed(int split) const {
    return !limits_.allowed_splits ||
           std::ranges::find(*limits_.allowed_splits, split) != limits_.allowed_splits->end();
  }

  // Of the edge peer; none where it was not measured.
  const std::optional<profile::Measurement>& tail(int exit, int split) const {
    return in_.profile.edge->tails[static_cast<std::size_t>(exit)][static_cast<std::size_t>(split)];
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
      const auto& measured = tail(exit, split);
      if (!measured) return;
      c.offload = 1.0;
      c.tail_us = measured->median_us;
      c.forms[0].bytes =
          wire_bytes(graph::bytes_of(in_.graph, graph::crossing_tensors(in_.graph, split, exit)),
                     graph::bytes_of(in_.graph, graph::answer_outputs(in_.graph, split, exit)));
    }
    c.ram_bytes = report(split).device_ram_bytes;
    c.flash_bytes = report(split).device_flash_bytes;
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
