// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::import {

// "functional_1/conv2d_3/Relu;functional_1/..." -> "Conv2d3Relu": the last two parts of the first name, as a
// C++ type name. `fallback` (an operator's name) where nothing usable is left.
std::string type_name(std::string_view tensor_name, std::string_view fallback);

// "Conv2d3Relu" -> "conv_2d_3_relu" would hide where digits belong: only capitals become "_x".
std::string variable_name(std::string_view type_name);

// A namespace name from a file name: letters, digits and underscores, not a keyword.
std::string namespace_name(std::string_view text);

// Names of the stages of a graph, each one once, in stage order.
std::vector<std::string> stage_names(const graph::Graph& graph);

}  // namespace coinfer::import
