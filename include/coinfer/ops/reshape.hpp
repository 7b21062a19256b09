// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another shape. Whole tensors, packed rows; the arena
// planner gives both ends one place where it can, and the kernel then has nothing to do.
struct Reshape {
  Shape in;
  Shape out;

  constexpr RowRange input_rows(RowRange /*rows*/) const { return {0, in.height}; }
};

}  // namespace coinfer
COINFER_CODE_END
