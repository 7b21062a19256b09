// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// One operand of ADD: (value - zero_point) << 20, then scaled to the common scale.
struct AddOperand {
  std::int32_t zero_point = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
};

// ADD of two int8 tensors of one shape.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h.
struct Add {
  Shape shape;
  AddOperand first;
  AddOperand second;
  std::int32_t out_zero_point = 0;
  std::int32_t out_multiplier = 0;
  std::int32_t out_shift = 0;
  Clamp clamp;

  static constexpr bool in_place = true;
  static constexpr std::int32_t left_shift = 20;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
