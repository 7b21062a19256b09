// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Which axes an operator folds away. The output holds the others, in their order, whatever its rank.
struct Reduction {
  Shape in;
  Shape out;
  bool over_height = true;
  bool over_width = true;
  bool over_channels = false;

  // Elements that make one of the output.
  constexpr std::int32_t count() const {
    return (over_height ? in.height : 1) * (over_width ? in.width : 1) * (over_channels ? in.channels : 1);
  }
  // The output's rows are the input's only where neither height is reduced nor the rank dropped.
  constexpr RowRange input_rows(RowRange rows) const {
    return !over_height && out.height == in.height ? rows : RowRange{0, in.height};
  }
};

// MEAN, int8.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/mean.h and reduce.h.
struct Mean : Reduction {
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;  // in scale / out scale (the kernel divides by the count as the source does)
  std::int32_t shift = 0;
};

// SUM, int8. Source: tensorflow/lite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum.
struct Sum : Reduction {
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t multiplier = 0;  // in scale / out scale
  std::int32_t shift = 0;
};

// REDUCE_MAX, int8; input and output share one quantization.
struct ReduceMax : Reduction {};

// ARG_MAX over one axis, int8 to int32: the index of the largest element, of the first one among equals.
// Source: tensorflow/lite/kernels/internal/reference/arg_min_max.h.
struct ArgMax : Reduction {};

}  // namespace coinfer
COINFER_CODE_END
