// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "coinfer/overlap.hpp"
#include "coinfer/weights.hpp"
#include "graph/graph.hpp"

namespace coinfer::graph {

// The order in which the importer writes a model's constants (coinfer/layouts/).
enum class WeightLayout { tensorflow, dsp, helium };

// The order in which the kernels made for the layout compute depthwise stages.
DepthwiseOrder depthwise_order(WeightLayout layout);

// Name of its type in namespace coinfer::layout.
const char* layout_name(WeightLayout layout);

// The constants of one stage in a packed layout.
struct PackedConstants {
  std::vector<ChannelRecord> channels;
  std::vector<std::int8_t> filter;
  bool narrow = false;
};

// False: the stage's constants are as in the file, whatever the model's layout.
bool packs(const Stage& stage, WeightLayout layout);

// A stage that the layout packs.
PackedConstants pack(const Stage& stage, WeightLayout layout);

// The constants of a stage, as the kernels see those of the TensorFlow layout.
ChannelWeights view(const Weights& weights);

// Bytes of flash of a stage's constants, as the importer writes them.
std::int64_t weight_bytes(const Stage& stage, WeightLayout layout);

}  // namespace coinfer::graph
