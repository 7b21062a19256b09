// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/add.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// One operand on the scale that both share.
template <class Rounding>
constexpr std::int32_t add_operand(const AddOperand& operand, std::int32_t value) {
  return Rounding::multiply((value - operand.zero_point) * (1 << Add::left_shift), operand.multiplier,
                            operand.shift);
}

namespace reference {

template <class Rounding>
void add_s8(const Add& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
            Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* a = first.row(y);
    const std::int8_t* b = second.row(y);
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) {
      const std::int32_t sum = add_operand<Rounding>(p.first, a[i]) + add_operand<Rounding>(p.second, b[i]);
      out_row[i] = static_cast<std::int8_t>(
          output_value<Rounding>(sum, p.out_multiplier, p.out_shift, p.out_zero_point, p.clamp));
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
COINFER_CODE_END
