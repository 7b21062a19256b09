// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// TRANSPOSE_CONV, int8: the window slides over the output, and each input pixel adds to all of its taps
// there. `window` is that of the convolution from `out` back to `in`. Source:
// tensorflow/lite/kernels/internal/reference/integer_ops/transpose_conv.h.
struct TransposeConv {
  Shape in;
  Shape out;
  Window window;
  std::int32_t in_zero_point = 0;
  std::int32_t out_zero_point = 0;
  Clamp clamp;
  bool per_channel = true;

  // Where tap `tap` of output position `i` reads the input along one axis; -1: nowhere.
  static constexpr std::int32_t source(std::int32_t i, std::int32_t tap, std::int32_t pad,
                                       std::int32_t stride, std::int32_t in_size) {
    const std::int32_t distance = i + pad - tap;
    if (distance < 0 || distance % stride != 0 || distance / stride >= in_size) return -1;
    return distance / stride;
  }
  constexpr RowRange input_rows(RowRange rows) const {
    const std::int32_t reach = rows.begin + window.pad_top - (window.height - 1);
    const std::int32_t begin = reach <= 0 ? 0 : (reach + window.stride_height - 1) / window.stride_height;
    const std::int32_t end = (rows.end - 1 + window.pad_top) / window.stride_height + 1;
    const std::int32_t clipped = end > in.height ? in.height : end;
    return begin < clipped ? RowRange{begin, clipped} : RowRange{clipped, clipped};
  }
  constexpr std::int64_t macs() const {
    return std::int64_t{in.elements()} * window.height * window.width * out.channels;
  }
};

}  // namespace coinfer
COINFER_CODE_END
