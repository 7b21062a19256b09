// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/ops/mean.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

namespace coinfer::kernels {

// Scaling of a sum: in scale / out scale, divided by the number of elements in as many bits as the shift has
// room for, and truncated. Source: tensorflow/lite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum.
struct MeanScale {
  std::int32_t multiplier;
  std::int32_t shift;
};

constexpr MeanScale mean_scale(const Mean& p) {
  const std::int32_t count = p.count();
  std::int32_t bits = 0;  // floor of log2(count)
  while ((count >> bits) > 1) ++bits;
  if (bits > 31 + p.shift) bits = 31 + p.shift;
  const std::int64_t divided = (std::int64_t{p.multiplier} << bits) / count;
  return {static_cast<std::int32_t>(divided), p.shift - bits};
}

namespace reference {

// The output holds the axes that are kept, in their order, whatever its rank: element i of it is element i of
// the tensor kept_height x kept_width x kept_channels.
template <class Rounding>
void mean_s8(const Mean& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
             Scratch /*scratch*/) {
  const MeanScale scale = mean_scale(p);
  const std::int32_t kept_width = p.over_width ? 1 : p.in.width;
  const std::int32_t kept_channels = p.over_channels ? 1 : p.in.channels;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.out.row_elements(); ++i) {
      const std::int32_t element = y * p.out.row_elements() + i;
      const std::int32_t c = element % kept_channels;
      const std::int32_t x = element / kept_channels % kept_width;
      const std::int32_t h = element / kept_channels / kept_width;
      const RowRange heights = p.over_height ? RowRange{0, p.in.height} : RowRange{h, h + 1};
      const RowRange widths = p.over_width ? RowRange{0, p.in.width} : RowRange{x, x + 1};
      const RowRange channels = p.over_channels ? RowRange{0, p.in.channels} : RowRange{c, c + 1};
      std::int32_t sum = 0;
      for (std::int32_t in_y = heights.begin; in_y < heights.end; ++in_y) {
        for (std::int32_t in_x = widths.begin; in_x < widths.end; ++in_x) {
          for (std::int32_t in_c = channels.begin; in_c < channels.end; ++in_c) {
            sum += in.row(in_y)[in_x * p.in.channels + in_c];
          }
        }
      }
      out_row[i] = static_cast<std::int8_t>(output_value<Rounding>(
          sum - p.in_zero_point * p.count(), scale.multiplier, scale.shift, p.out_zero_point, Clamp{}));
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
