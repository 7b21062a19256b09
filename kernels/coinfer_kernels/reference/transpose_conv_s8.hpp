// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/access.hpp"
#include "coinfer/ops/transpose_conv.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// The source adds each input pixel to the outputs it reaches; here each output takes the same sum from its
// inputs, so that rows can be computed alone and nothing but the output is written.
template <class Rounding>
void transpose_conv_s8(const TransposeConv& p, const ChannelWeights& w, Rows<const std::int8_t> in,
                       Rows<std::int8_t> out, RowRange rows, Scratch /*scratch*/) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      for (std::int32_t m = 0; m < p.out.channels; ++m) {
        std::int32_t sum = 0;
        for (std::int32_t ky = 0; ky < p.window.height; ++ky) {
          const std::int32_t in_y =
              TransposeConv::source(y, ky, p.window.pad_top, p.window.stride_height, p.in.height);
          if (in_y < 0) continue;
          const std::int8_t* in_row = in.row(in_y);
          for (std::int32_t kx = 0; kx < p.window.width; ++kx) {
            const std::int32_t in_x =
                TransposeConv::source(x, kx, p.window.pad_left, p.window.stride_width, p.in.width);
            if (in_x < 0) continue;
            for (std::int32_t c = 0; c < p.in.channels; ++c) {
              sum += (in_row[in_x * p.in.channels + c] - p.in_zero_point) *
                     layout::filter_value(p, w, m, ky, kx, c);
            }
          }
        }
        const layout::ChannelConstants channel = layout::channel_constants(p, w, m);
        out_row[x * p.out.channels + m] = static_cast<std::int8_t>(output_value<Rounding>(
            sum + channel.bias, channel.multiplier, channel.shift, p.out_zero_point, p.clamp));
      }
    }
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
