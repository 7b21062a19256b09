// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/reduction.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// Calls take(value) for every input element that makes output element (y, i), by height, width, channel.
// Element n of the output is element n of the tensor kept_height x kept_width x kept_channels.
template <class T, class Take>
void fold(const Reduction& p, Rows<const T> in, std::int32_t y, std::int32_t i, const Take& take) {
  const std::int32_t kept_width = p.over_width ? 1 : p.in.width;
  const std::int32_t kept_channels = p.over_channels ? 1 : p.in.channels;
  const std::int32_t element = y * p.out.row_elements() + i;
  const std::int32_t c = element % kept_channels;
  const std::int32_t x = element / kept_channels % kept_width;
  const std::int32_t h = element / kept_channels / kept_width;
  const RowRange heights = p.over_height ? RowRange{0, p.in.height} : RowRange{h, h + 1};
  const RowRange widths = p.over_width ? RowRange{0, p.in.width} : RowRange{x, x + 1};
  const RowRange channels = p.over_channels ? RowRange{0, p.in.channels} : RowRange{c, c + 1};
  for (std::int32_t in_y = heights.begin; in_y < heights.end; ++in_y) {
    for (std::int32_t in_x = widths.begin; in_x < widths.end; ++in_x) {
      for (std::int32_t in_c = channels.begin; in_c < channels.end; ++in_c) {
        take(in.row(in_y)[in_x * p.in.channels + in_c]);
      }
    }
  }
}

}  // namespace coinfer::kernels
COINFER_CODE_END
