// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/reduction.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/fold.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void arg_max_s8(const ArgMax& p, Rows<const std::int8_t> in, Rows<std::int32_t> out, RowRange rows,
                Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int32_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.out.row_elements(); ++i) {
      std::int32_t most = -129;
      std::int32_t at = 0;
      std::int32_t most_at = 0;
      fold(p, in, y, i, [&](std::int8_t value) {
        if (value > most) {
          most = value;
          most_at = at;
        }
        ++at;
      });
      out_row[i] = most_at;
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
