// SPDX-License-Identifier: Apache-2.0
// says: coinfer: the arena is too small for the tensors placed in it
#include "network.hpp"

struct Small : toy::Model {
  static constexpr std::int32_t arena_bytes = 285;
};
coinfer::Device<Small, Reference> device;
