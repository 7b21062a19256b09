// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// SVDF, int8 with int16 state: each filter takes one product of the input and weighs it together with those
// of the last `memory` calls; `rank` filters make one output.
// Source: tensorflow/lite/micro/kernels/svdf_common.cc.
struct Svdf {
  Shape in;   // 1x1xinputs
  Shape out;  // 1x1xunits
  std::int32_t rank = 1;
  std::int32_t memory = 1;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  std::int32_t feature_multiplier = 0;  // from input * feature weights to the state's scale
  std::int32_t feature_shift = 0;
  std::int32_t multiplier = 0;  // from state * time weights to the output's scale
  std::int32_t shift = 0;
  Clamp state_clamp = {-32768, 32767};  // range of the state's type in the file

  constexpr std::int32_t filters() const { return out.channels * rank; }
  constexpr RowRange input_rows(RowRange /*rows*/) const { return {0, in.height}; }
  constexpr std::int64_t macs() const { return std::int64_t{filters()} * (in.channels + memory); }
  // Kept from call to call, zero at first: int16 [filter][memory], the oldest first.
  constexpr std::int32_t state_bytes() const { return filters() * memory * 2; }
};

}  // namespace coinfer
COINFER_CODE_END
