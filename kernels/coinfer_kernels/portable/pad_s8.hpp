// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pad.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Whole rows are filled first, then the input is laid over them, in one piece where no channels are added.
template <class Rounding>
void pad_s8(const Pad& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
            Scratch /*scratch*/) {
  const bool same_channels = p.in.channels == p.out.channels;
  const std::int32_t pieces = same_channels ? 1 : p.in.width;
  const auto piece_bytes = static_cast<std::size_t>(same_channels ? p.in.row_elements() : p.in.channels);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* to = out.row(y);
    std::memset(to, p.value, static_cast<std::size_t>(p.out.row_elements()));
    if (y < p.top || y >= p.top + p.in.height) continue;
    const std::int8_t* from = in.row(y - p.top);
    to += p.left * p.out.channels + p.before;
    for (std::int32_t i = 0; i < pieces; ++i) {
      std::memcpy(to + i * p.out.channels, from + i * p.in.channels, piece_bytes);
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
