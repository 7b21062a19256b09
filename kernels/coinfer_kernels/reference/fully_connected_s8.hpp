// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/access.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// in: vectors of input_depth, packed; weights in any layout; T: int8, or int16 with WideWeights.
template <class Rounding, class Weights, class T>
void fully_connected_s8(const FullyConnected& p, const Weights& w, Rows<const T> in, Rows<T> out,
                        RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    T* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const T* vector = in.row(0) + (y * p.out.width + x) * p.input_depth;
      for (std::int32_t m = 0; m < p.out.channels; ++m) {
        Accumulator<T> sum = 0;
        for (std::int32_t i = 0; i < p.input_depth; ++i) {
          sum += (vector[i] - p.in_zero_point) * layout::filter_value(p, w, m, i);
        }
        const auto channel = layout::channel_constants(p, w, m);
        out_row[x * p.out.channels + m] = static_cast<T>(output_value<Rounding>(
            sum + channel.bias, channel.multiplier, channel.shift, p.out_zero_point, p.clamp));
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
