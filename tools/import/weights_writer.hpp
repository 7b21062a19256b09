// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "graph/graph.hpp"
#include "graph/packing.hpp"

namespace coinfer::import {

// The constants of one stage as C++: the type of the object and its members in braces, one per group of
// lines.
struct WeightsText {
  std::string type;
  std::string members;
};

bool has_constants(const graph::Stage& stage);

// Of a stage that has constants.
WeightsText weights_text(const graph::Graph& graph, const graph::Stage& stage, graph::WeightLayout layout);

}  // namespace coinfer::import
