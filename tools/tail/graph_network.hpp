// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer_kernels/xnnpack/network.hpp"
#include "graph/graph.hpp"

namespace coinfer::tail {

// A run-time graph as the XNNPACK backend takes it; same tensor and stage numbers. Points into the graph's
// weights.
kernels::xnnpack::Network describe(const graph::Graph& graph);

}  // namespace coinfer::tail
