// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/add.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

// Operators on pairs of elements, int8, where one operand may be smaller than the output or a constant.
COINFER_CODE_BEGIN
namespace coinfer {

// Each dimension of an operand is the output's, or 1 and then the same for all of the output's.
constexpr bool repeats_to(std::int32_t size, std::int32_t out_size) { return size == out_size || size == 1; }
constexpr bool repeats_to(const Shape& operand, const Shape& out) {
  return repeats_to(operand.height, out.height) && repeats_to(operand.width, out.width) &&
         repeats_to(operand.channels, out.channels);
}

// first and second repeat to out.
struct Broadcast {
  Shape first;
  Shape second;
  Shape out;

  static constexpr bool in_place = true;  // over an operand of the output's shape
  // Of an operand as high as the output; one of height 1 has only its row 0.
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

// ADD that is not between two tensors of one shape, and SUB: one of the operands negated.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h and reference/sub.h.
struct BroadcastAdd : Broadcast {
  AddOperand first_scale;
  AddOperand second_scale;
  bool negate_first = false;
  bool negate_second = false;
  std::int32_t out_zero_point = 0;
  std::int32_t out_multiplier = 0;
  std::int32_t out_shift = 0;
  Clamp clamp;
};

// MUL. Source: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h.
struct Mul : Broadcast {
  std::int32_t first_zero_point = 0;
  std::int32_t second_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
  Clamp clamp;
};

// MINIMUM and MAXIMUM; both operands and the output share one quantization.
// Source: tensorflow/lite/kernels/internal/reference/maximum_minimum.h.
struct Minimum : Broadcast {};
struct Maximum : Broadcast {};

// PRELU: the first operand where it is not negative, else its product with the second one, alpha.
// Source: tensorflow/lite/kernels/internal/reference/prelu.h.
struct Prelu : Broadcast {
  std::int32_t in_zero_point = 0;
  std::int32_t alpha_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;  // where the input is not negative
  std::int32_t shift = 0;
  std::int32_t alpha_multiplier = 0;  // where it is
  std::int32_t alpha_shift = 0;
};

}  // namespace coinfer
COINFER_CODE_END
