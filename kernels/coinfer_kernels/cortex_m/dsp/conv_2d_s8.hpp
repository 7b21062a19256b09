// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/matrix_tile.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"
#include "coinfer_kernels/cortex_m/dsp/widen.hpp"

namespace coinfer::kernels::dsp {

// One row of a window in bytes, filled up to a multiple of four.
constexpr std::int32_t window_row_bytes(const Conv2d& p) {
  return layout::Dsp::whole_words(p.window.width * p.in.channels);
}

// The taps of three widened pixels, and one row of a window that is put together byte by byte.
constexpr std::int32_t conv_2d_scratch_bytes(const Conv2d& p) {
  return layout::Dsp::taps(p).depth() / 4 * static_cast<std::int32_t>(sizeof(TapGroup)) + window_row_bytes(p);
}

// Windows of the input, three at a time, as the taps of a tile.
class WindowTaps {
 public:
  WindowTaps(const Conv2d& p, const Rows<const std::int8_t>& in, Scratch scratch)
      : p_(p),
        in_(in),
        taps_(layout::Dsp::taps(p)),
        groups_(static_cast<TapGroup*>(scratch.base)),
        row_copy_(reinterpret_cast<std::int8_t*>(groups_ + taps_.depth() / 4)) {}

  TapGroup* groups() const { return groups_; }
  TapGroup* groups_end() const { return groups_ + taps_.depth() / 4; }

  // The window of pixel `pixel` of the tile begins at (top, left), in the padding if negative.
  void place(std::int32_t pixel, std::int32_t top, std::int32_t left) {
    top_[pixel] = top;
    left_[pixel] = left;
    const std::int32_t bottom = top + (p_.window.height - 1) * p_.window.dilation_height;
    whole_[pixel] = top >= 0 && bottom < p_.in.height && row_is_whole(left);
  }

  // Widens the first `count` pixels of the tile.
  void load(std::int32_t count) {
    if (count == tile_pixels && whole_[0] && whole_[1] && whole_[2]) return load_whole();
    for (std::int32_t pixel = 0; pixel < count; ++pixel) load_pixel(pixel);
  }

 private:
  // The row of a window lies in the input, together with what fills its last word.
  bool row_is_whole(std::int32_t left) const {
    return left >= 0 && p_.window.dilation_width == 1 &&
           left * p_.in.channels + window_row_bytes(p_) <= p_.in.row_elements();
  }

  void load_whole() {
    TapGroup* to = groups_;
    for (std::int32_t ky = 0; ky < p_.window.height; ++ky) {
      const std::int8_t* row[tile_pixels];
      for (std::int32_t pixel = 0; pixel < tile_pixels; ++pixel) {
        row[pixel] = in_.row(top_[pixel] + ky * p_.window.dilation_height) + left_[pixel] * p_.in.channels;
        load_rest(row[pixel], ky, pixel);
      }
      if (taps_.body() != 0) to = widen_pixels(row, taps_.body() / 4, to);
    }
  }

  void load_pixel(std::int32_t pixel) {
    TapGroup* to = groups_;
    const std::int32_t body = taps_.body() / 4;
    for (std::int32_t ky = 0; ky < p_.window.height; ++ky, to += body) {
      const std::int8_t* row = window_row(top_[pixel] + ky * p_.window.dilation_height, left_[pixel]);
      widen_pixel(row, body, to, pixel);
      load_rest(row, ky, pixel);
    }
  }

  // Taps of a window's row behind its whole words.
  void load_rest(const std::int8_t* row, std::int32_t ky, std::int32_t pixel) {
    for (std::int32_t i = taps_.body(); i < taps_.row; ++i)
      set_tap(groups_, taps_.index(ky, i), pixel, row[i]);
  }

  // A row of a window in one piece, what is outside the input being its zero point.
  const std::int8_t* window_row(std::int32_t y, std::int32_t left) {
    const bool inside = y >= 0 && y < p_.in.height;
    if (inside && row_is_whole(left)) return in_.row(y) + left * p_.in.channels;
    const auto pixel_bytes = static_cast<std::size_t>(p_.in.channels);
    std::int8_t* to = row_copy_;
    for (std::int32_t kx = 0; kx < p_.window.width; ++kx, to += pixel_bytes) {
      const std::int32_t x = left + kx * p_.window.dilation_width;
      if (inside && x >= 0 && x < p_.in.width) {
        std::memcpy(to, in_.row(y) + x * p_.in.channels, pixel_bytes);
      } else {
        std::memset(to, p_.in_zero_point, pixel_bytes);
      }
    }
    return row_copy_;
  }

  const Conv2d& p_;
  const Rows<const std::int8_t>& in_;
  layout::Dsp::Taps taps_;
  TapGroup* groups_;
  std::int8_t* row_copy_;
  std::int32_t top_[tile_pixels] = {};
  std::int32_t left_[tile_pixels] = {};
  bool whole_[tile_pixels] = {};
};

// Output pixels are taken three at a time, also across the ends of rows.
template <class Rounding>
COINFER_NOINLINE void conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Dsp>& w,
                                 const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out,
                                 RowRange rows, Scratch scratch) {
  WindowTaps taps(p, in, scratch);
  MatrixTile tile = {{},
                     w.channels,
                     w.channels + p.out.channels,
                     output_offset(p.out_zero_point),
                     taps.groups(),
                     taps.groups_end(),
                     w.filter};
  std::int32_t count = 0;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* to = out.row(y);
    std::int32_t left = -p.window.pad_left;
    for (std::int32_t x = 0; x < p.out.width; ++x, to += p.out.channels, left += p.window.stride_width) {
      taps.place(count, y * p.window.stride_height - p.window.pad_top, left);
      // The pixels that a last tile lacks write to the same place, before the last one there is.
      for (std::int32_t pixel = count; pixel < tile_pixels; ++pixel) tile.out[pixel] = to;
      if (++count < tile_pixels) continue;
      taps.load(count);
      matrix_tile<Rounding>(tile, w.narrow);
      count = 0;
    }
  }
  if (count != 0) {
    taps.load(count);
    matrix_tile<Rounding>(tile, w.narrow);
  }
  if (saturates_only(p.clamp)) return;
  for (std::int32_t y = rows.begin; y < rows.end; ++y)
    clamp_values(p.clamp, out.row(y), p.out.row_elements());
}

}  // namespace coinfer::kernels::dsp
