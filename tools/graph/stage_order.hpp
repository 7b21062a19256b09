// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.hpp"

namespace coinfer::graph {

// Puts the stages into the order that needs least memory, where that is clearly less than in the file's order
// and no exit is complete later than there. The result depends on the graph alone: stage numbers are part of
// its identity.
void order_stages(Graph& graph);

}  // namespace coinfer::graph
