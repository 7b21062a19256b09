// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/lookup.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void lookup_s8(const Lookup& p, const std::int8_t* table, Rows<const std::int8_t> in, Rows<std::int8_t> out,
               RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* in_row = in.row(y);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) out_row[i] = table[in_row[i] + 128];
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
