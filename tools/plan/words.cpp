// SPDX-License-Identifier: Apache-2.0
#include "plan/words.hpp"

#include <string_view>

#include "plan/network_candidates.hpp"

namespace coinfer::plan {

const char* name_of(Objective objective) {
  switch (objective) {
    case Objective::latency:
      return "latency";
    case Objective::accuracy:
      return "accuracy";
    case Objective::energy:
      return "energy";
  }
  return "";
}

std::string plain(const std::string& text) {
  std::string safe = text;
  for (char& c : safe) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!allowed && std::string_view(" _-.,:;/()").find(c) == std::string_view::npos) c = '_';
  }
  return safe;
}

std::string describe(const graph::Graph& graph, const Candidate& c) {
  if (!c.uses_link()) return "on the device";
  if (c.split == 0) return "on the edge peer";
  const std::string& name = graph.stages[static_cast<std::size_t>(c.split) - 1].name;
  const std::string place = plain(name.substr(0, name.find(';')));  // converters join fused operators' names
  return "after '" + place + "'" + (sends_input(graph, c.split, c.exit) ? ", sends the input" : "");
}

}  // namespace coinfer::plan
