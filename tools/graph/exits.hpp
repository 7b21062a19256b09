// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::graph {

// Graph::exits from "a;b;c,d": groups by depth separated by semicolons, outputs within a group by commas; an
// output is given by its tensor's name or by its position in graph order. A name may itself hold these
// separators. Every output must be named once; later exits must not be shallower. Throws ImportError.
std::vector<std::vector<std::int32_t>> parse_exits(const Graph& graph, std::string_view text);

}  // namespace coinfer::graph
