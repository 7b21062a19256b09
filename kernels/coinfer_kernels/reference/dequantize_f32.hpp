// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/quantize.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class T>
void dequantize_f32(const Dequantize& p, Rows<const T> in, Rows<float> out, RowRange rows) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const T* in_row = in.row(y);
    float* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) {
      out_row[i] = p.scale * static_cast<float>(in_row[i] - p.zero_point);
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
