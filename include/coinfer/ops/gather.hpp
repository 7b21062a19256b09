// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/concatenation.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// GATHER of constant positions along one axis, int8; the positions, each inside the input, are the kernel's
// argument. Source: tensorflow/lite/kernels/internal/reference/gather.h.
struct Gather {
  Shape in;
  Shape out;
  Axis axis = Axis::channels;

  constexpr RowRange input_rows(RowRange rows) const {
    return axis == Axis::height ? RowRange{0, in.height} : rows;
  }
};

}  // namespace coinfer
COINFER_CODE_END
