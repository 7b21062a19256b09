// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/rows.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// out = function(first, second) for each element of the output rows. An element is read before it is written,
// so that the output may lie over an operand of its shape.
template <class Function>
void for_each_pair(const Broadcast& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                   Rows<std::int8_t> out, RowRange rows, const Function& function) {
  const std::int32_t first_column = p.first.width == 1 ? 0 : p.first.channels;
  const std::int32_t second_column = p.second.width == 1 ? 0 : p.second.channels;
  const std::int32_t first_channel = p.first.channels == 1 ? 0 : 1;
  const std::int32_t second_channel = p.second.channels == 1 ? 0 : 1;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* a = first.row(p.first.height == 1 ? 0 : y);
    const std::int8_t* b = second.row(p.second.height == 1 ? 0 : y);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        out_row[c] = static_cast<std::int8_t>(function(a[c * first_channel], b[c * second_channel]));
      }
      a += first_column;
      b += second_column;
      out_row += p.out.channels;
    }
  }
}

}  // namespace coinfer::kernels
COINFER_CODE_END
