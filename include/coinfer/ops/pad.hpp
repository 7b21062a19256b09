// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// PAD and PADV2 with constant paddings, int8.
struct Pad {
  Shape in;
  Shape out;
  std::int32_t top = 0;     // rows before the input
  std::int32_t left = 0;    // columns before the input
  std::int32_t before = 0;  // channels before the input
  std::int8_t value = 0;    // PAD: the output's zero point

  constexpr RowRange input_rows(RowRange rows) const {
    const std::int32_t begin = rows.begin - top < 0 ? 0 : rows.begin - top;
    const std::int32_t end = rows.end - top > in.height ? in.height : rows.end - top;
    return end > begin ? RowRange{begin, end} : RowRange{0, 0};
  }
};

}  // namespace coinfer
COINFER_CODE_END
