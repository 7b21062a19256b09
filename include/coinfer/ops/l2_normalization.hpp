// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// L2_NORMALIZATION over the channels, int8 to int8 (output scale 1/128, zero point 0).
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/l2normalization.h.
struct L2Normalization {
  Shape shape;
  std::int32_t in_zero_point = 0;

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
