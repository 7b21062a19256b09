// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/strided_slice.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void strided_slice_s8(const StridedSlice& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                      Scratch /*scratch*/) {
  const RowRange of_taken = p.keeps_rows() ? rows : RowRange{0, p.taken.height};
  for (std::int32_t y = of_taken.begin; y < of_taken.end; ++y) {
    const std::int8_t* in_row = in.row(p.begin[0] + y * p.stride[0]);
    std::int8_t* out_row = p.keeps_rows() ? out.row(y) : out.row(0) + y * p.taken.row_elements();
    for (std::int32_t x = 0; x < p.taken.width; ++x) {
      const std::int8_t* pixel = in_row + (p.begin[1] + x * p.stride[1]) * p.in.channels + p.begin[2];
      for (std::int32_t c = 0; c < p.taken.channels; ++c) *out_row++ = pixel[c * p.stride[2]];
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
