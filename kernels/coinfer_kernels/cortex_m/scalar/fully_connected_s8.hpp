// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/scalar/products.hpp"
#include "coinfer_kernels/cortex_m/scalar/scaling.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// One vector by all output channels.
template <class Rounding>
void vector_to_channels(const FullyConnected& p, const PackedWeights<layout::Dsp>& w,
                        const OutputScale& scale, const std::int8_t* vector, std::int8_t* out) {
  constexpr std::int32_t block = layout::Dsp::vector_block;
  const std::int32_t rest = p.input_depth % 4;
  const std::int8_t* const end = vector + p.input_depth - rest;
  std::int8_t last_group[4] = {};
  for (std::int32_t i = 0; i < rest; ++i) last_group[i] = end[i];
  const std::int8_t* filter = w.filter;
  const ChannelRecord* channel = w.channels;
  std::int32_t width = block;
  for (std::int32_t left = p.out.channels; left > 0; left -= width) {
    if (left < block) width = left;
    std::int32_t sums[block];
    for (std::int32_t j = 0; j < width; ++j) sums[j] = channel[j].bias;
    if (width == block && vector != end) {
      add_vector_of_four(vector, end, filter, sums);
    } else {
      add_vector(vector, end, filter, width, sums);
    }
    filter += (end - vector) * width;
    if (rest != 0) {
      add_vector(last_group, last_group + 4, filter, width, sums);
      filter += 4 * width;
    }
    for (std::int32_t j = 0; j < width; ++j) *out++ = scaled<Rounding>(scale, *channel++, sums[j]);
  }
}

template <class Rounding>
COINFER_NOINLINE void fully_connected_s8(const FullyConnected& p, const PackedWeights<layout::Dsp>& w,
                                         const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out,
                                         RowRange rows) {
  const OutputScale scale = output_scale<Rounding>(w, p.out.channels, p.out_zero_point);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      vector_to_channels<Rounding>(p, w, scale, in.row(0) + (y * p.out.width + x) * p.input_depth,
                                   out.row(y) + x * p.out.channels);
    }
  }
  dsp::clamp_rows(p.clamp, out, rows, p.out.row_elements());
}

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
