// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/matrix_tile.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"
#include "coinfer_kernels/cortex_m/dsp/widen.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// One row of a window in bytes, filled up to a multiple of four.
constexpr std::int32_t window_row_bytes(const Conv2d& p) {
  return layout::Dsp::whole_words(p.window.width * p.in.channels);
}

// Taps of a window behind the whole words of its rows, as bytes.
constexpr std::int32_t rest_bytes(const Conv2d& p) {
  const layout::Dsp::Taps taps = layout::Dsp::taps(p);
  return taps.depth() - taps.rows * taps.body();
}

// The taps of three widened pixels, their rests, and one row of a window that is put together from pieces.
constexpr std::int32_t conv_2d_scratch_bytes(const Conv2d& p) {
  return layout::Dsp::taps(p).depth() / 4 * static_cast<std::int32_t>(sizeof(TapGroup)) +
         tile_pixels * rest_bytes(p) + window_row_bytes(p);
}

// Windows of the input, three at a time, as the taps of a tile.
class WindowTaps {
 public:
  WindowTaps(const Conv2d& p, const Rows<const std::int8_t>& in, Scratch scratch)
      : p_(p),
        in_(in),
        taps_(layout::Dsp::taps(p)),
        groups_(static_cast<TapGroup*>(scratch.base)),
        rests_(reinterpret_cast<std::int8_t*>(groups_ + taps_.depth() / 4)),
        row_copy_(rests_ + tile_pixels * rest_bytes(p)),
        rest_bytes_(rest_bytes(p)),
        body_(taps_.body()),
        rest_end_(rest_bytes_ == 0 ? body_ : taps_.row),
        last_left_((p.in.row_elements() - window_row_bytes(p)) / p.in.channels),
        last_top_(p.in.height - (p.window.height - 1) * p.window.dilation_height - 1) {
    if (p.in.row_elements() < window_row_bytes(p) || p.window.dilation_width != 1) last_left_ = -1;
    if (in.ring != 0) last_top_ = -1;
    if (rest_bytes_ != 0) std::memset(rests_, 0, static_cast<std::size_t>(tile_pixels * rest_bytes_));
  }

  TapGroup* groups() const { return groups_; }
  TapGroup* groups_end() const { return groups_ + taps_.depth() / 4; }

  // The window of pixel `pixel` of the tile begins at (top, left), in the padding if negative.
  void place(std::int32_t pixel, std::int32_t top, std::int32_t left) {
    top_[pixel] = top;
    left_[pixel] = left;
    begin_[pixel] = in_.base + (top - in_.first) * in_.stride + left * p_.in.channels;
    whole_ = whole_ && row_is_whole(left) && top >= 0 && top <= last_top_;
  }

  // Widens the first `count` pixels of the tile.
  void load(std::int32_t count) {
    if (count == tile_pixels && whole_) {
      load_whole();
    } else {
      for (std::int32_t pixel = 0; pixel < count; ++pixel) load_pixel(pixel);
    }
    whole_ = true;
    if (rest_bytes_ == 0) return;
    const std::int8_t* const rests[] = {rests_, rests_ + rest_bytes_, rests_ + 2 * rest_bytes_};
    widen_pixels(rests, rest_bytes_ / 4, groups_ + taps_.rows * body_ / 4);
  }

 private:
  // The row of a window lies in the input, together with what fills its last word.
  bool row_is_whole(std::int32_t left) const { return left >= 0 && left <= last_left_; }

  // Locals, since what is stored might be a member for all the compiler knows.
  void load_whole() {
    const std::int8_t* rows[] = {begin_[0], begin_[1], begin_[2]};
    const std::int32_t step = p_.window.dilation_height * in_.stride;
    const std::int32_t body = body_;
    const std::int32_t rest_end = rest_end_;
    const std::int32_t rest_bytes = rest_bytes_;
    std::int8_t* rest = rests_;
    TapGroup* to = groups_;
    for (std::int32_t ky = taps_.rows; ky > 0; --ky) {
      if (body != 0) to = widen_pixels(rows, body / 4, to);
      for (std::int32_t i = body; i < rest_end; ++i, ++rest) {
        rest[0] = rows[0][i];
        rest[rest_bytes] = rows[1][i];
        rest[2 * rest_bytes] = rows[2][i];
      }
      rows[0] += step;
      rows[1] += step;
      rows[2] += step;
    }
  }

  void load_pixel(std::int32_t pixel) {
    const std::int32_t groups = body_ / 4;
    std::int8_t* rest = rests_ + pixel * rest_bytes_;
    TapGroup* to = groups_;
    for (std::int32_t ky = 0; ky < taps_.rows; ++ky, to += groups) {
      const std::int8_t* row = window_row(top_[pixel] + ky * p_.window.dilation_height, left_[pixel]);
      widen_pixel(row, groups, to, pixel);
      for (std::int32_t i = body_; i < rest_end_; ++i) *rest++ = row[i];
    }
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
  std::int8_t* rests_;  // [pixel][rest_bytes_]
  std::int8_t* row_copy_;
  std::int32_t rest_bytes_;
  std::int32_t body_;  // taps of a row in whole words; [body_, rest_end_) are its rest
  std::int32_t rest_end_;
  std::int32_t last_left_;  // of a window whose rows are whole; -1: none is
  std::int32_t last_top_;   // of a window none of whose rows is padding; -1: the rows are not evenly spaced
  std::int32_t top_[tile_pixels] = {};
  std::int32_t left_[tile_pixels] = {};
  const std::int8_t* begin_[tile_pixels] = {};  // of windows in the input
  bool whole_ = true;                           // all windows of the tile are
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
  const bool narrow = scales_narrow<Rounding>(w, p.out.channels);
  std::int32_t count = 0;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* to = out.row(y);
    const std::int32_t top = y * p.window.stride_height - p.window.pad_top;
    std::int32_t left = -p.window.pad_left;
    for (std::int32_t x = 0; x < p.out.width; ++x, to += p.out.channels, left += p.window.stride_width) {
      taps.place(count, top, left);
      tile.out[count] = to;
      if (++count < tile_pixels) continue;
      taps.load(count);
      matrix_tile<Rounding>(tile, narrow);
      count = 0;
    }
  }
  if (count != 0) {
    // The pixels that the last tile lacks write to the same place as the last one there is, before it.
    for (std::int32_t pixel = count; pixel < tile_pixels; ++pixel) tile.out[pixel] = tile.out[count - 1];
    taps.load(count);
    matrix_tile<Rounding>(tile, narrow);
  }
  clamp_rows(p.clamp, out, rows, p.out.row_elements());
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
