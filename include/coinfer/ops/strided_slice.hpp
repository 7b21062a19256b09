// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Evenly spaced elements of a tensor along each axis, int8: STRIDED_SLICE, SLICE, and one output of SPLIT,
// SPLIT_V, UNPACK. Arrays are by height, width, channels.
struct StridedSlice {
  Shape in;
  Shape taken;  // elements taken along each axis of the input
  Shape out;    // the same elements; of another shape, with one row, where an axis of the input is dropped
  std::int32_t begin[3] = {0, 0, 0};
  std::int32_t stride[3] = {1, 1, 1};  // not 0; negative: backwards

  constexpr bool keeps_rows() const { return taken == out; }
  constexpr RowRange input_rows(RowRange rows) const {
    const RowRange of_taken = keeps_rows() ? rows : RowRange{0, taken.height};
    const std::int32_t first = begin[0] + of_taken.begin * stride[0];
    const std::int32_t last = begin[0] + (of_taken.end - 1) * stride[0];
    return first < last ? RowRange{first, last + 1} : RowRange{last, first + 1};
  }
};

}  // namespace coinfer
COINFER_CODE_END
