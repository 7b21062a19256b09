// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/gather.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void gather_s8(const Gather& p, const std::int32_t* positions, Rows<const std::int8_t> in,
               Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* in_row = in.row(p.axis == Axis::height ? positions[y] : y);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const std::int8_t* pixel = in_row + (p.axis == Axis::width ? positions[x] : x) * p.in.channels;
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        *out_row++ = pixel[p.axis == Axis::channels ? positions[c] : c];
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
