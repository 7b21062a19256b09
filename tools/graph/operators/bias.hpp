// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {

// The values of a bias of one T, which is `type` in the file, for each output channel.
template <class T>
std::vector<T> bias_of(const FileTensor& bias, schema::TensorType type, std::int32_t channels) {
  OperatorView::require(bias.type == type, "bias " + describe(bias) + " is not " + type_name(type));
  OperatorView::require(!bias.data.empty(), "bias " + describe(bias) + " is not a constant of the file");
  OperatorView::require(bias.elements == channels, "bias " + describe(bias) +
                                                       " should have one element for each of the " +
                                                       std::to_string(channels) + " output channels");
  std::vector<T> values(static_cast<std::size_t>(channels));
  std::memcpy(values.data(), bias.data.data(), bias.data.size());
  return values;
}

}  // namespace coinfer::graph
