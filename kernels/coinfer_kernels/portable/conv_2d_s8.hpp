// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/output_channels.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

constexpr std::int32_t window_elements(const Conv2d& p) {
  return p.window.height * p.window.width * p.in.channels;
}

// The row of a window that begins at column `x` of `in_row`: its taps one after the other, those outside the
// input filled with the zero point. `in_row` null: a row of padding.
inline void gather_row(const Conv2d& p, const std::int8_t* in_row, std::int32_t x, std::int8_t* taps) {
  const std::int32_t channels = p.in.channels;
  const std::int32_t step = p.window.dilation_width;
  const auto pixel_bytes = static_cast<std::size_t>(channels);
  if (in_row != nullptr && step == 1 && x >= 0 && x + p.window.width <= p.in.width) {
    std::memcpy(taps, in_row + x * channels, static_cast<std::size_t>(p.window.width) * pixel_bytes);
    return;
  }
  for (std::int32_t kx = 0; kx < p.window.width; ++kx, x += step, taps += channels) {
    if (in_row != nullptr && x >= 0 && x < p.in.width) {
      std::memcpy(taps, in_row + x * channels, pixel_bytes);
    } else {
      std::memset(taps, p.in_zero_point, pixel_bytes);
    }
  }
}

// The window that begins at (top, left): window_elements() bytes.
inline void gather_window(const Conv2d& p, const Rows<const std::int8_t>& in, std::int32_t top,
                          std::int32_t left, std::int8_t* window) {
  for (std::int32_t ky = 0; ky < p.window.height; ++ky, window += p.window.width * p.in.channels) {
    const std::int32_t y = top + ky * p.window.dilation_height;
    gather_row(p, y >= 0 && y < p.in.height ? in.row(y) : nullptr, left, window);
  }
}

// Windows of more than one pixel are first copied to the scratch memory (window_elements bytes): borders,
// strides and dilation are then out of the way of the products, of which there are out.channels as many.
template <class Rounding>
void conv_2d_s8(const Conv2d& p, const ChannelWeights& w, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                RowRange rows, Scratch scratch) {
  const std::int32_t size = window_elements(p);
  auto* window = static_cast<std::int8_t*>(scratch.base);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int32_t top = y * p.window.stride_height - p.window.pad_top;
    std::int8_t* pixel = out.row(y);
    for (std::int32_t x = 0; x < p.out.width; ++x, pixel += p.out.channels) {
      const std::int32_t left = x * p.window.stride_width - p.window.pad_left;
      if (p.window.pointwise()) {
        window_to_channels<Rounding>(p, w, in.row(top) + left * p.in.channels, size, pixel);
        continue;
      }
      gather_window(p, in, top, left, window);
      window_to_channels<Rounding>(p, w, window, size, pixel);
    }
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
