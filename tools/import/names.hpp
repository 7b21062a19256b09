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

// "Conv2d3Relu" -> "conv2d3_relu".
std::string variable_name(std::string_view type_name);

// A namespace or variable: lower-case letters, digits and underscores, no word that C++ or the headers use.
std::string namespace_name(std::string_view text);

// Variable of an input of the network, by position.
std::string input_name(std::size_t input);

// Names of the stages of a graph, each one once, in stage order.
std::vector<std::string> stage_names(const graph::Graph& graph);

}  // namespace coinfer::import
