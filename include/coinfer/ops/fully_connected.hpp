// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// FULLY_CONNECTED, int8. The input is taken as vectors of `input_depth` elements, one after the other
// (rows must be packed); in.elements() / input_depth vectors give as many output vectors of out.channels.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/fully_connected.h.
struct FullyConnected {
  Shape in;
  Shape out;
  std::int32_t input_depth = 0;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  Clamp clamp;
  bool per_channel = false;

  constexpr RowRange input_rows(RowRange /*rows*/) const { return {0, in.height}; }
  constexpr std::int64_t macs() const { return std::int64_t{out.elements()} * input_depth; }
};

}  // namespace coinfer
COINFER_CODE_END
