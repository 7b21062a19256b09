// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/space_to_depth.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void space_to_depth_s8(const SpaceToDepth& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                       RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* to = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      for (std::int32_t dy = 0; dy < p.block; ++dy) {
        // The pixels of one row of the block lie side by side.
        const std::int8_t* from = in.row(y * p.block + dy) + x * p.block * p.in.channels;
        for (std::int32_t i = 0; i < p.block * p.in.channels; ++i) *to++ = from[i];
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
