// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace coinfer {

// Takes the split tables that an edge peer sends (coinfer/split_tables.hpp makes one).
struct TableReceiver {
  void* context = nullptr;                       // null: no tables are taken
  uint32_t (*version)(void* context) = nullptr;  // only later ones are of interest
  void (*begin)(void* context) = nullptr;        // a new table; what was not finished is forgotten
  void (*take)(void* context, const uint8_t* bytes, size_t count) = nullptr;
  void (*finish)(void* context) = nullptr;
};

}  // namespace coinfer
