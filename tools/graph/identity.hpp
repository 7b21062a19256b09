// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "graph/graph.hpp"

namespace coinfer::graph {

using Sha256 = std::array<std::uint8_t, 32>;

// What two ends must have in common before a split or tensor number means the same to both. One line each,
// ended by '\n'; tensors are given by their numbers in the file:
//   coinfer model 1
//   file <SHA-256 of the .tflite file, hexadecimal>
//   rounding double|single
//   exits <outputs of exit 0, by comma>;<outputs of exit 1>...
//   <OPERATOR> <inputs, by comma> <output>        one line per stage, in execution order
std::string identity_text(const Graph& graph);

// SHA-256 of that text.
Sha256 model_identity(const Graph& graph);

Sha256 sha256(std::span<const std::uint8_t> bytes);
std::string hexadecimal(std::span<const std::uint8_t> bytes);

}  // namespace coinfer::graph
