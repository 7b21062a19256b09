// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/broadcast.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void mul_s8(const Mul& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
            Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for_each_pair(p, first, second, out, rows, [&p](std::int32_t a, std::int32_t b) {
    return output_value<Rounding>((a - p.first_zero_point) * (b - p.second_zero_point), p.multiplier, p.shift,
                                  p.out_zero_point, p.clamp);
  });
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
