// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// BATCH_MATMUL of two int8 activations, one product per row: each row of a tensor is a matrix of width x
// channels, taken transposed where its flag says so. An operand of height 1 goes with every row of the other.
// Source: tensorflow/lite/kernels/internal/reference/batch_matmul.h.
struct BatchMatMul {
  Shape first;
  Shape second;
  Shape out;
  bool transpose_first = false;
  bool transpose_second = false;
  std::int32_t first_zero_point = 0;
  std::int32_t second_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;

  constexpr std::int32_t depth() const { return transpose_first ? first.width : first.channels; }
  constexpr RowRange input_rows(RowRange rows) const {
    return first.height == second.height ? rows : RowRange{0, out.height};
  }
  // Of one operand.
  constexpr RowRange operand_rows(const Shape& operand, RowRange rows) const {
    return operand.height == out.height ? rows : RowRange{0, 1};
  }
  constexpr std::int64_t macs() const { return std::int64_t{out.elements()} * depth(); }
};

}  // namespace coinfer
COINFER_CODE_END
