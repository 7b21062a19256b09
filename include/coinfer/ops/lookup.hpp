// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// A function of one int8 value, as its 256 results: LOGISTIC, TANH, HARD_SWISH, LEAKY_RELU, ELU, ABS. The
// importer makes the table: result i is that of the value i - 128.
struct Lookup {
  Shape shape;

  static constexpr std::int32_t table_size = 256;
  static constexpr bool in_place = true;
  constexpr RowRange input_rows(RowRange rows) const { return rows; }
};

}  // namespace coinfer
COINFER_CODE_END
