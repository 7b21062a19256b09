// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/output_channels.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

template <class Rounding>
void fully_connected_s8(const FullyConnected& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                        Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const std::int8_t* vector = in.row(0) + (y * p.out.width + x) * p.input_depth;
      window_to_channels<Rounding>(p, w, vector, p.input_depth, out.row(y) + x * p.out.channels);
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
