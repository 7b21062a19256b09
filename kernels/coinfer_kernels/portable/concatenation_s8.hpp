// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/concatenation.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Writes the part of the output rows that comes from this input, and nothing else.
template <class Rounding>
void concatenation_s8(const ConcatenationInput& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                      RowRange rows, Scratch /*scratch*/) {
  const std::int32_t y_offset = p.axis == Axis::height ? p.offset : 0;
  const std::int32_t offset =
      p.axis == Axis::width ? p.offset * p.out.channels : (p.axis == Axis::channels ? p.offset : 0);
  const bool same_channels = p.in.channels == p.out.channels;
  const std::int32_t pieces = same_channels ? 1 : p.in.width;
  const auto piece_bytes = static_cast<std::size_t>(same_channels ? p.in.row_elements() : p.in.channels);
  const RowRange in_rows = p.input_rows(rows);
  for (std::int32_t y = in_rows.begin; y < in_rows.end; ++y) {
    const std::int8_t* from = in.row(y);
    std::int8_t* to = out.row(y + y_offset) + offset;
    for (std::int32_t i = 0; i < pieces; ++i) {
      std::memcpy(to + i * p.out.channels, from + i * p.in.channels, piece_bytes);
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
