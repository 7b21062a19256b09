// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// CAST between the element types of tensors, without regard to quantization. From float it truncates, what
// the output's type cannot hold saturates, and a NaN becomes 0; between integers the bits that do not fit are
// lost.
struct Cast {
  Shape shape;

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
