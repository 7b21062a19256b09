// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/transpose.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void transpose_s8(const Transpose& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                  Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        std::int32_t at[3] = {};  // height, width, channel in the input
        at[p.permutation[0]] = y;
        at[p.permutation[1]] = x;
        at[p.permutation[2]] = c;
        out_row[x * p.out.channels + c] = in.row(at[0])[at[1] * p.in.channels + at[2]];
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
