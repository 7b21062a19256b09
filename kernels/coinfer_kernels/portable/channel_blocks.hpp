// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/portable/vectorize.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// A number as a type, to call a generic lambda with the size of a block.
template <int n>
struct Lanes {
  static constexpr int count = n;
};

// Calls block(Lanes<n>, first) so that every channel of [0, channels) is in a block of n channels from
// `first` on, in large blocks where they fit; the last block may overlap the one before it.
template <class Block>
void for_channel_blocks(std::int32_t channels, const Block& block) {
  if (channels >= lanes) {
    for (std::int32_t next = 0; next < channels; next += lanes) {
      block(Lanes<lanes>{}, next < channels - lanes ? next : channels - lanes);
    }
  } else if (channels >= 4) {
    for (std::int32_t next = 0; next < channels; next += 4) {
      block(Lanes<4>{}, next < channels - 4 ? next : channels - 4);
    }
  } else {
    for (std::int32_t next = 0; next < channels; ++next) block(Lanes<1>{}, next);
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
