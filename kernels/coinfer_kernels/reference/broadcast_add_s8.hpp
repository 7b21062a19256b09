// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/add_s8.hpp"
#include "coinfer_kernels/reference/broadcast.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void broadcast_add_s8(const BroadcastAdd& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                      Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for_each_pair(p, first, second, out, rows, [&p](std::int32_t a, std::int32_t b) {
    const std::int32_t first_term = add_operand<Rounding>(p.first_scale, a);
    const std::int32_t second_term = add_operand<Rounding>(p.second_scale, b);
    const std::int32_t sum =
        (p.negate_first ? -first_term : first_term) + (p.negate_second ? -second_term : second_term);
    return output_value<Rounding>(sum, p.out_multiplier, p.out_shift, p.out_zero_point, p.clamp);
  });
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
