// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Where a device may hand over to an edge peer: what crosses at any other split never leaves it, whatever a
// request or a split table says. A constant of the firmware:
//
//   constexpr uint8_t late[] = {7, 12};
//   constexpr coinfer::AllowedSplits allowed = {late, 2};
struct AllowedSplits {
  const uint8_t* splits = nullptr;  // null: all are allowed
  uint8_t count = 0;

  constexpr bool contains(int split) const {
    if (splits == nullptr) return true;
    for (uint8_t i = 0; i < count; ++i) {
      if (splits[i] == split) return true;
    }
    return false;
  }
};

}  // namespace coinfer
COINFER_CODE_END
