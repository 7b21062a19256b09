// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/batch_mat_mul.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void batch_mat_mul_s8(const BatchMatMul& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                      Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* a = first.row(p.first.height == 1 ? 0 : y);
    const std::int8_t* b = second.row(p.second.height == 1 ? 0 : y);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.out.width; ++i) {
      for (std::int32_t j = 0; j < p.out.channels; ++j) {
        std::int32_t sum = 0;
        for (std::int32_t k = 0; k < p.depth(); ++k) {
          const std::int32_t left = p.transpose_first ? k * p.first.channels + i : i * p.first.channels + k;
          const std::int32_t right =
              p.transpose_second ? j * p.second.channels + k : k * p.second.channels + j;
          sum += (a[left] - p.first_zero_point) * (b[right] - p.second_zero_point);
        }
        out_row[i * p.out.channels + j] = static_cast<std::int8_t>(
            output_value<Rounding>(sum, p.multiplier, p.shift, p.out_zero_point, Clamp{}));
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
