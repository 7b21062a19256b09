// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/quantize.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding, class In, class Out>
void requantize(const Requantize& p, Rows<const In> in, Rows<Out> out, RowRange rows) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const In* in_row = in.row(y);
    Out* out_row = out.row(y);
    for (std::int32_t i = 0; i < p.shape.row_elements(); ++i) {
      out_row[i] = static_cast<Out>(output_value<Rounding>(in_row[i] - p.in_zero_point, p.multiplier, p.shift,
                                                           p.out_zero_point, p.clamp));
    }
  }
}

template <class Rounding>
void requantize_s8(const Requantize& p, Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                   Scratch /*scratch*/) {
  requantize<Rounding>(p, in, out, rows);
}

template <class Rounding>
void requantize_u8_s8(const Requantize& p, Rows<const std::uint8_t> in, Rows<std::int8_t> out, RowRange rows,
                      Scratch /*scratch*/) {
  requantize<Rounding>(p, in, out, rows);
}

template <class Rounding>
void requantize_s8_u8(const Requantize& p, Rows<const std::int8_t> in, Rows<std::uint8_t> out, RowRange rows,
                      Scratch /*scratch*/) {
  requantize<Rounding>(p, in, out, rows);
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
