// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::graph {

// Takes every PAD whose readers can all pad by themselves into their windows: convolutions, which pad with
// the input's zero point, and MAX_POOL_2D, where the value never is the maximum. Its tensor is then gone.
// Tensor numbers in `stages` and `outputs` are the file's.
std::vector<FusedPad> fuse_padding(std::vector<Stage>& stages, std::span<const std::int32_t> outputs);

}  // namespace coinfer::graph
