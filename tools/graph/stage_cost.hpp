// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "graph/graph.hpp"

namespace coinfer::graph {

// Multiply-accumulate operations of one inference; 0 for stages that only move or look up.
inline std::int64_t macs(const Stage& stage) {
  return std::visit(
      [](const auto& op) -> std::int64_t {
        if constexpr (requires { op.macs(); }) {
          return op.macs();
        } else {
          return 0;
        }
      },
      stage.op);
}

}  // namespace coinfer::graph
