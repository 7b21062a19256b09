// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/transpose.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Along output width and channels one walks the input with fixed steps, unless one of them is the input's
// height: its rows need not be evenly spaced (ring buffers), so each element asks for its row.
template <class Rounding>
void transpose_s8(const Transpose& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                  Scratch /*scratch*/) {
  const std::int32_t steps[3] = {0, p.in.channels, 1};  // of the input's height, width, channels
  const std::int32_t x_step = steps[p.permutation[1]];
  const std::int32_t c_step = steps[p.permutation[2]];
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* to = out.row(y);
    const std::int32_t y_offset = y * steps[p.permutation[0]];
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      if (p.permutation[2] == 0) {
        for (std::int32_t c = 0; c < p.out.channels; ++c) *to++ = in.row(c)[y_offset + x * x_step];
      } else {
        const std::int8_t* from = in.row(p.permutation[1] == 0 ? x : y) + y_offset + x * x_step;
        for (std::int32_t c = 0; c < p.out.channels; ++c) *to++ = from[c * c_step];
      }
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
