// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/access.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

// in: in.height x in.width x in.channels; weights in any layout; T: int8, or int16 with WideWeights.
template <class Rounding, class Weights, class T>
void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const Weights& w, Rows<const T> in, Rows<T> out,
                          RowRange rows, Scratch /*scratch*/) {
  const std::int32_t depth_multiplier = p.depth_multiplier();
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    T* out_row = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      for (std::int32_t m = 0; m < p.out.channels; ++m) {
        Accumulator<T> sum = 0;
        for (std::int32_t ky = 0; ky < p.window.height; ++ky) {
          const std::int32_t in_y =
              y * p.window.stride_height - p.window.pad_top + ky * p.window.dilation_height;
          if (in_y < 0 || in_y >= p.in.height) continue;
          const T* in_row = in.row(in_y);
          for (std::int32_t kx = 0; kx < p.window.width; ++kx) {
            const std::int32_t in_x =
                x * p.window.stride_width - p.window.pad_left + kx * p.window.dilation_width;
            if (in_x < 0 || in_x >= p.in.width) continue;
            sum += (in_row[in_x * p.in.channels + m / depth_multiplier] - p.in_zero_point) *
                   layout::filter_value(p, w, m, ky, kx);
          }
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
