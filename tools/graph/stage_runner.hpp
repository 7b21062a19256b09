// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "coinfer/weights.hpp"
#include "graph/executor.hpp"
#include "graph/graph.hpp"

namespace coinfer::graph {

// Runs all rows of one stage. `tensors`: by index, the bytes of every tensor of the graph. `state`:
// state_bytes(stage), zero before the first run and kept from one to the next; null for stages without.
using RunStage = void(const Graph& graph, const Stage& stage, std::span<std::uint8_t* const> tensors,
                      std::uint8_t* state, Scratch scratch);

// Picks the instantiation of all kernels for a set and a rounding rule.
RunStage* stage_runner(KernelSet kernels, RoundingRule rounding);

std::int32_t stage_scratch_bytes(KernelSet kernels, const Stage& stage);

}  // namespace coinfer::graph
