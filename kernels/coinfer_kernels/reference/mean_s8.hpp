// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/reduction.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/fold.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
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

template <class Rounding>
void mean_s8(const Mean& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
             Scratch /*scratch*/) {
  const MeanScale scale = mean_scale(p);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.out.row_elements(); ++i) {
      std::int32_t sum = 0;
      fold(p, in, y, i, [&](std::int8_t value) { sum += value; });
      out_row[i] = static_cast<std::int8_t>(output_value<Rounding>(
          sum - p.in_zero_point * p.count(), scale.multiplier, scale.shift, p.out_zero_point, Clamp{}));
    }
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
COINFER_CODE_END
