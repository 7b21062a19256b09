// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// TRANSPOSE of height, width and channels (the batch stays first), int8. Output axis i (0 = height, 1 =
// width, 2 = channels) is input axis permutation[i].
struct Transpose {
  Shape in;
  Shape out;
  std::int8_t permutation[3] = {0, 1, 2};

  constexpr RowRange input_rows(RowRange rows) const {
    return permutation[0] == 0 ? rows : RowRange{0, in.height};
  }
};

}  // namespace coinfer
COINFER_CODE_END
