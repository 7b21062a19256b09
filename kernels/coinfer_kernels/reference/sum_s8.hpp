// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/reduction.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/fold.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void sum_s8(const Sum& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
            Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.out.row_elements(); ++i) {
      std::int32_t sum = 0;
      fold(p, in, y, i, [&](std::int8_t value) { sum += value; });
      out_row[i] = static_cast<std::int8_t>(output_value<Rounding>(
          sum - p.in_zero_point * p.count(), p.multiplier, p.shift, p.out_zero_point, Clamp{}));
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
