// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "coinfer/rows.hpp"
#include "random.hpp"

namespace coinfer::test {

// Memory for the rows of a tensor in one of the forms that executors use: the whole tensor, a band of its
// rows, or a ring buffer of just as many rows as are needed. Bands and rings have guard columns. What is no
// row holds junk, and may not be written.
template <class T>
class RowStore {
 public:
  // The store can hold `needed`.
  RowStore(const Shape& shape, RowRange needed, bool packed, Random& random)
      : row_elements_(shape.row_elements()) {
    const std::int32_t form = packed ? 0 : random.between(0, 2);
    std::int32_t capacity = shape.height;
    rows_.stride = row_elements_;
    if (form != 0) {
      capacity = std::max<std::int32_t>(needed.count(), 1);
      rows_.first = needed.begin;
      rows_.stride += random.between(0, 7);
    }
    if (form == 2) {
      rows_.ring = capacity;
      rows_.first -= random.between(0, needed.begin);  // so that the rows in use may wrap around
    }
    memory_.resize(static_cast<std::size_t>(capacity * rows_.stride));
    for (std::size_t i = 0; i < memory_.size(); ++i) memory_[i] = junk(i);
    rows_.base = memory_.data();
  }

  Rows<T> rows() { return rows_; }
  Rows<const T> const_rows() const { return {rows_.base, rows_.stride, rows_.first, rows_.ring}; }

  void load(const std::vector<T>& tensor, RowRange range) {
    for (std::int32_t r = range.begin; r < range.end; ++r) {
      std::copy_n(tensor.begin() + r * row_elements_, row_elements_, rows_.row(r));
    }
  }
  void store(std::vector<T>& tensor, RowRange range) const {
    for (std::int32_t r = range.begin; r < range.end; ++r) {
      std::copy_n(rows_.row(r), row_elements_, tensor.begin() + r * row_elements_);
    }
  }

  // True when nothing but the rows of `range` was written.
  bool untouched_outside(RowRange range) const {
    std::vector<bool> written(memory_.size(), false);
    for (std::int32_t r = range.begin; r < range.end; ++r) {
      std::fill_n(written.begin() + (rows_.row(r) - rows_.base), row_elements_, true);
    }
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      if (!written[i] && memory_[i] != junk(i)) return false;
    }
    return true;
  }

 private:
  static T junk(std::size_t i) { return static_cast<T>(static_cast<std::int8_t>(i * 37 + 11)); }

  std::int32_t row_elements_;
  Rows<T> rows_;
  std::vector<T> memory_;
};

}  // namespace coinfer::test
