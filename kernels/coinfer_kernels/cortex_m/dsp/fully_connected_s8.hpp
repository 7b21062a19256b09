// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"
#include "coinfer_kernels/cortex_m/dsp/vector_tile.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// The widened input vector.
constexpr std::int32_t fully_connected_scratch_bytes(const FullyConnected& p) {
  return 2 * layout::Dsp::whole_words(p.input_depth);
}

template <class Rounding>
COINFER_NOINLINE void fully_connected_s8(const FullyConnected& p, const PackedWeights<layout::Dsp>& w,
                                         const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out,
                                         RowRange rows, Scratch scratch) {
  auto* const groups = static_cast<VectorGroup*>(scratch.base);
  VectorTile tile = {nullptr,
                     w.channels,
                     w.channels + p.out.channels,
                     output_offset(p.out_zero_point),
                     groups,
                     groups + layout::Dsp::whole_words(p.input_depth) / 4,
                     w.filter};
  const bool narrow = scales_narrow<Rounding>(w, p.out.channels);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      widen_vector(in.row(0) + (y * p.out.width + x) * p.input_depth, p.input_depth, groups);
      tile.out = out.row(y) + x * p.out.channels;
      vector_tile<Rounding>(tile, narrow);
    }
  }
  clamp_rows(p.clamp, out, rows, p.out.row_elements());
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
