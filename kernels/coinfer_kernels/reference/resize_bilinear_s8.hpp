// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/resize_bilinear.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// A sum of products with 20 fractional bits to the nearest integer: ties away from zero with double rounding,
// upwards with single rounding.
constexpr std::int32_t interpolated(rounding::Double /*rule*/, std::int32_t sum) {
  return (sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20);
}
constexpr std::int32_t interpolated(rounding::Single /*rule*/, std::int32_t sum) {
  return (sum + (1 << 19)) >> 20;
}

namespace reference {

template <class Rounding>
void resize_bilinear_s8(const ResizeBilinear& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                        RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const ResizeBilinear::Position row = p.position(y, p.in.height, p.out.height);
    const std::int8_t* top = in.row(row.lower);
    const std::int8_t* bottom = in.row(row.upper);
    std::int8_t* to = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const ResizeBilinear::Position column = p.position(x, p.in.width, p.out.width);
      const std::int32_t left = column.lower * p.in.channels;
      const std::int32_t right = column.upper * p.in.channels;
      for (std::int32_t c = 0; c < p.out.channels; ++c) {
        const std::int32_t above = top[left + c] * (p.one - column.weight) + top[right + c] * column.weight;
        const std::int32_t below =
            bottom[left + c] * (p.one - column.weight) + bottom[right + c] * column.weight;
        *to++ = static_cast<std::int8_t>(
            interpolated(Rounding{}, above * (p.one - row.weight) + below * row.weight));
      }
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
COINFER_CODE_END
