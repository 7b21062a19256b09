// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// LOG_SOFTMAX over the channels, int8 to int8 (output scale 1/16, zero point 127).
// Source: tensorflow/lite/kernels/internal/reference/log_softmax.h.
struct LogSoftmax {
  Shape shape;
  std::int32_t multiplier = 0;  // of the input scale, Q31, as for SOFTMAX
  std::int32_t left_shift = 0;
  std::int32_t diff_min = 0;            // differences to the maximum below it count as probability 0
  std::int32_t reverse_multiplier = 0;  // from 5 integer bits back to the input's quantization
  std::int32_t reverse_shift = 0;       // in [-31, 0]

  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
