// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pad.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void pad_s8(const Pad& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
            Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* out_row = out.row(y);
    const std::int32_t in_y = y - p.top;
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const std::int32_t in_x = x - p.left;
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        const std::int32_t in_c = c - p.before;
        const bool inside = in_y >= 0 && in_y < p.in.height && in_x >= 0 && in_x < p.in.width && in_c >= 0 &&
                            in_c < p.in.channels;
        out_row[x * p.out.channels + c] = inside ? in.row(in_y)[in_x * p.in.channels + in_c] : p.value;
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
