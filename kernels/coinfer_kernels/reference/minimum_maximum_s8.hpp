// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/broadcast.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void minimum_s8(const Minimum& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for_each_pair(p, first, second, out, rows, [](std::int32_t a, std::int32_t b) { return a < b ? a : b; });
}

template <class Rounding>
void maximum_s8(const Maximum& p, Rows<const std::int8_t> first, Rows<const std::int8_t> second,
                Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for_each_pair(p, first, second, out, rows, [](std::int32_t a, std::int32_t b) { return a > b ? a : b; });
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
