// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/cast.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

template <class Out, class In>
constexpr Out cast_value(In value) {
  if constexpr (std::is_floating_point_v<Out>) {
    return static_cast<Out>(value);
  } else {
    constexpr Out lowest = std::numeric_limits<Out>::min();
    constexpr Out highest = std::numeric_limits<Out>::max();
    if (value != value) return 0;
    if constexpr (std::is_floating_point_v<In>) {
      if (value <= static_cast<In>(lowest)) return lowest;
      if (value >= static_cast<In>(highest)) return highest;
    }
    return static_cast<Out>(value);
  }
}

namespace reference {

// Between integers the bits that do not fit are lost, as in TensorFlow Lite.
template <class In, class Out>
void cast(const Cast& p, Rows<const In> in, Rows<Out> out, RowRange rows) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const In* in_row = in.row(y);
    Out* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) out_row[i] = cast_value<Out>(in_row[i]);
  }
}

}  // namespace reference
}  // namespace coinfer::kernels
COINFER_CODE_END
