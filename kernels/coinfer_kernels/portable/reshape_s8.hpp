// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/reshape.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Both tensors packed; nothing to do where they are one and the same memory.
template <class Rounding>
void reshape_s8(const Reshape& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                Scratch /*scratch*/) {
  const std::int32_t row_elements = p.out.row_elements();
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* from = in.row(0) + y * row_elements;
    std::int8_t* to = out.row(y);
    if (to != from) std::memmove(to, from, static_cast<std::size_t>(row_elements));
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
