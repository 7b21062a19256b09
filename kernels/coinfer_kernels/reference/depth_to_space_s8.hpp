// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/space_to_depth.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void depth_to_space_s8(const DepthToSpace& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                       RowRange rows, Scratch /*scratch*/) {
  const std::int32_t run = p.block * p.out.channels;  // of one input pixel, along one output row
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* in_row = in.row(y / p.block) + y % p.block * run;
    std::int8_t* to = out.row(y);
    for (std::int32_t x = 0; x < p.in.width; ++x) {
      const std::int8_t* from = in_row + x * p.in.channels;
      for (std::int32_t i = 0; i < run; ++i) *to++ = from[i];
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
