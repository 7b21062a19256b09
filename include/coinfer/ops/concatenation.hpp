// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

enum class Axis : std::uint8_t { height, width, channels };

constexpr std::int32_t size_along(Axis axis, const Shape& shape) {
  return axis == Axis::height ? shape.height : (axis == Axis::width ? shape.width : shape.channels);
}
constexpr Shape with_size_along(Axis axis, std::int32_t size, Shape shape) {
  (axis == Axis::height ? shape.height : (axis == Axis::width ? shape.width : shape.channels)) = size;
  return shape;
}

// One input of CONCATENATION, int8, all of one quantization: the kernel is called once per input and writes
// only that input's part of the output rows.
struct ConcatenationInput {
  Shape in;
  Shape out;
  Axis axis = Axis::channels;
  std::int32_t offset = 0;  // where the input begins in the output, along the axis

  constexpr RowRange input_rows(RowRange rows) const {
    if (axis != Axis::height) return rows;
    const std::int32_t begin = rows.begin - offset < 0 ? 0 : rows.begin - offset;
    const std::int32_t end = rows.end - offset > in.height ? in.height : rows.end - offset;
    return end > begin ? RowRange{begin, end} : RowRange{0, 0};
  }
};

}  // namespace coinfer
COINFER_CODE_END
