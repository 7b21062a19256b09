// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

namespace coinfer {

// MEAN over any of height, width and channels, int8.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/mean.h and reduce.h.
struct Mean {
  Shape in;
  Shape out;
  bool over_height = true;
  bool over_width = true;
  bool over_channels = false;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;  // in scale / out scale (the kernel divides by the count as the source does)
  std::int32_t shift = 0;

  constexpr std::int32_t count() const {
    return (over_height ? in.height : 1) * (over_width ? in.width : 1) * (over_channels ? in.channels : 1);
  }
  // The output's rows are the input's only where neither height is reduced nor the rank dropped.
  constexpr RowRange input_rows(RowRange rows) const {
    return !over_height && out.height == in.height ? rows : RowRange{0, in.height};
  }
};

}  // namespace coinfer
