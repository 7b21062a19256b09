// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "graph/arena.hpp"
#include "graph/graph.hpp"
#include "graph/packing.hpp"

// Writes a graph as C++: the topology, short enough to review; the weights; and, for tests on the device, one
// record with its expected outputs. The text depends on nothing but the graph and the choices made for it, so
// that it can be compared.
namespace coinfer::import {

struct GeneratedFile {
  std::string name;  // "kws_model.hpp"
  std::string text;
};

// <ns>_model.hpp, <ns>_weights.hpp, <ns>_weights.cpp. `ns` is both the C++ namespace and the files' prefix.
std::vector<GeneratedFile> generate(const graph::Graph& graph, const graph::ArenaPlan& arena,
                                    graph::WeightLayout layout, const std::string& ns);

// <ns>_golden.hpp: the bytes of the inputs and of the expected outputs of one record, in graph order.
GeneratedFile generate_golden(const graph::Graph& graph, const std::string& ns,
                              std::span<const std::uint8_t> input, std::span<const std::uint8_t> output);

}  // namespace coinfer::import
