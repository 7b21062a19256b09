// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace coinfer::graph {

// "1x49x10x1"
inline std::string shape_text(std::span<const std::int32_t> shape) {
  std::string text;
  for (const std::int32_t size : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(size);
  }
  return text.empty() ? "scalar" : text;
}

}  // namespace coinfer::graph
