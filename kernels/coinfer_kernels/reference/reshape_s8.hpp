// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/reshape.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// Both tensors packed; they may be one and the same memory.
template <class Rounding>
void reshape_s8(const Reshape& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                Scratch /*scratch*/) {
  const std::int32_t row_elements = p.out.row_elements();
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* from = in.row(0) + y * row_elements;
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < row_elements; ++i) out_row[i] = from[i];
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
