// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/portable/average_pool_2d_s8.hpp"
#include "coinfer_kernels/reference/mean_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Over height and width, what networks end with, the channels are summed side by side; other axes are left to
// the reference.
template <class Rounding>
void mean_s8(const Mean& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
             Scratch scratch) {
  const bool one_row_of_channels = rows.count() == 1 && p.out.row_elements() == p.in.channels;
  if (!p.over_height || !p.over_width || p.over_channels || !one_row_of_channels) {
    reference::mean_s8<Rounding>(p, in, out, rows, scratch);
    return;
  }
  const MeanScale scale = mean_scale(p);
  std::int8_t* out_row = out.row(rows.begin);
  for_channel_blocks(p.in.channels, [&](auto block, std::int32_t first) {
    std::int32_t sums[block.count] = {};
    for (std::int32_t y = 0; y < p.in.height; ++y) {
      add_pixels<block.count>(in.row(y) + first, p.in.width, p.in.channels, sums);
    }
    for (int j = 0; j < block.count; ++j) {
      out_row[first + j] = static_cast<std::int8_t>(output_value<Rounding>(
          sums[j] - p.in_zero_point * p.count(), scale.multiplier, scale.shift, p.out_zero_point, Clamp{}));
    }
  });
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
