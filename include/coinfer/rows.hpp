// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Half-open range of rows of a tensor.
struct RowRange {
  std::int32_t begin = 0;
  std::int32_t end = 0;

  constexpr std::int32_t count() const { return end - begin; }
};

constexpr bool operator==(RowRange a, RowRange b) { return a.begin == b.begin && a.end == b.end; }

// A tensor seen as rows of width * channels elements. The rows may be a whole tensor, a band of one
// (first > 0), or a ring buffer that holds the last `ring` rows: kernels only ever ask for row(r).
template <class T>
struct Rows {
  T* base = nullptr;        // row `first`
  std::int32_t stride = 0;  // elements from one row to the next, >= width * channels
  std::int32_t first = 0;   // index in the tensor of the row at `base`
  std::int32_t ring = 0;    // capacity in rows; 0: no ring, every row from `first` on is there

  constexpr T* row(std::int32_t r) const {
    const std::int32_t slot = ring > 0 ? (r - first) % ring : r - first;
    return base + slot * stride;
  }

  // True when consecutive rows of `row_elements` elements follow each other without a gap or a wrap.
  constexpr bool packed(std::int32_t row_elements) const { return ring == 0 && stride == row_elements; }
};

template <class T>
constexpr Rows<T> whole_tensor(T* base, const Shape& shape) {
  return {base, shape.row_elements(), 0, 0};
}

}  // namespace coinfer
COINFER_CODE_END
