// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/concatenation.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// Writes the part of the output rows that comes from this input, and nothing else.
template <class Rounding>
void concatenation_s8(const ConcatenationInput& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                      RowRange rows, Scratch /*scratch*/) {
  const std::int32_t y_offset = p.axis == Axis::height ? p.offset : 0;
  const std::int32_t x_offset = p.axis == Axis::width ? p.offset : 0;
  const std::int32_t c_offset = p.axis == Axis::channels ? p.offset : 0;
  const RowRange in_rows = p.input_rows(rows);
  for (std::int32_t y = in_rows.begin; y < in_rows.end; ++y) {
    const std::int8_t* in_row = in.row(y);
    std::int8_t* out_row = out.row(y + y_offset);
    for (std::int32_t x = 0; x < p.in.width; ++x) {
      for (std::int32_t c = 0; c < p.in.channels; ++c) {
        out_row[(x + x_offset) * p.out.channels + c + c_offset] = in_row[x * p.in.channels + c];
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
