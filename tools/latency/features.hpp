// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "graph/graph.hpp"

// What a stage's time depends on, as far as a .tflite file tells.
namespace coinfer::latency {

inline constexpr std::array<const char*, 8> feature_names = {
    "calls",            // 1
    "macs",             // multiply-accumulate operations
    "macs_left_over",   // of them, in loops shorter than vectors of 16, or at their ends
    "window_values",    // values under all positions of a window that is neither one pixel nor depthwise
    "window_taps",      // pixels under all positions of any window: where inner loops over channels begin
    "input_bytes",      // of all activations that it reads
    "output_elements",  // each of them scaled, clamped and stored
    "constant_bytes",   // filter, bias, scales, tables
};

// One value per name.
std::vector<double> features(const graph::Graph& graph, const graph::Stage& stage);

// Those of Edgent (arXiv 1806.07840), for comparison: convolutions have the size of the input feature maps
// and (filter size / stride)^2 * filters, pooling and fully connected stages have input and output size, all
// others input size. Sizes in elements, behind a constant; columns that a type does not use are 0.
std::vector<double> edgent_features(const graph::Graph& graph, const graph::Stage& stage);

// Stages of one type share a regression. Operator in the .tflite format, by what the kernels compute.
std::string stage_type(const graph::Stage& stage);

}  // namespace coinfer::latency
