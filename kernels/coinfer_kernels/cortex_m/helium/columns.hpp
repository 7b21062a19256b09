// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer_kernels/cortex_m/helium/scaling.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// The columns of the input that the windows of some neighbouring outputs cover, each with its pixels of all
// rows of the window one below the other: a window is then one run of contiguous bytes, and neighbours share
// what they have in common (not with dilated columns, which get a copy per window).
struct Columns {
  std::int32_t column_bytes;
  std::int32_t per_window;
  std::int32_t step;     // from output to output
  std::int32_t outputs;  // at a time

  constexpr std::int32_t count(std::int32_t windows) const { return (windows - 1) * step + per_window; }
  constexpr std::int32_t bytes() const { return count(outputs) * column_bytes; }
};

constexpr Columns columns(const Conv2d& p) {
  constexpr std::int32_t enough = 2048;
  const Window& w = p.window;
  Columns c = {w.height * p.in.channels, w.width, w.dilation_width == 1 ? w.stride_width : w.width,
               p.out.width};
  while (c.outputs > 2 && c.bytes() > enough) c.outputs = (c.outputs + 1) / 2;
  return c;
}

// Pixels to be copied: `count` of them, `channels` bytes each, contiguous in `from`, `pitch` apart in `to`.
struct PixelCopy {
  std::int8_t* to;
  const std::int8_t* from;
  std::int32_t count;
  std::int32_t channels;
  std::int32_t pitch;
};

#if defined(__ARM_FEATURE_MVE)
// Up to 16 channels: as many whole pixels at a time as a vector holds, `pixels`, to the places `offsets`.
inline void copy_few_channels(const PixelCopy& c, std::int32_t pixels, const std::uint8_t* offsets) {
  std::int8_t* to = c.to;
  const std::int8_t* from = c.from;
  std::int32_t left = c.count * c.channels;
  const std::int32_t lanes = pixels * c.channels;
  asm volatile(
      "vldrb.u8 q1, [%[offsets]]\n"
      "vctp.8 %[lanes]\n"
      "1:\n"
      "subs %[left], %[left], %[lanes]\n"
      "blt 2f\n"
      "vpstt\n"
      "vldrbt.u8 q0, [%[from]]\n"
      "vstrbt.8 q0, [%[to], q1]\n"
      "add %[from], %[from], %[lanes]\n"
      "add %[to], %[to], %[advance]\n"
      "b 1b\n"
      "2:\n"
      "adds %[left], %[left], %[lanes]\n"
      "vctp.8 %[left]\n"
      "vpstt\n"
      "vldrbt.u8 q0, [%[from]]\n"
      "vstrbt.8 q0, [%[to], q1]\n"
      : [to] "+r"(to), [from] "+r"(from), [left] "+r"(left)
      : [lanes] "r"(lanes), [advance] "r"(pixels * c.pitch), [offsets] "r"(offsets)
      : "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7");
}

inline void copy_many_channels(const PixelCopy& c) {
  std::int8_t* to = c.to;
  const std::int8_t* from = c.from;
  std::int32_t count = c.count;
  const std::int32_t over = layout::Helium::filled_up(c.channels, layout::Helium::vector) - c.channels;
  asm volatile(
      "1:\n"
      "wlstp.8 lr, %[channels], 3f\n"
      "2:\n"
      "vldrb.u8 q0, [%[from]], #16\n"
      "vstrb.8 q0, [%[to]], #16\n"
      "letp lr, 2b\n"
      "3:\n"
      "sub %[from], %[from], %[over]\n"
      "add %[to], %[to], %[advance]\n"
      "subs %[count], %[count], #1\n"
      "bne 1b\n"
      : [to] "+r"(to), [from] "+r"(from), [count] "+r"(count)
      : [channels] "r"(c.channels), [over] "r"(over), [advance] "r"(c.pitch - c.channels - over)
      : "lr", "cc", "memory", "s0", "s1", "s2", "s3");
}
#endif

// Fills columns with the windows of outputs in one row of the output, from column `x` on.
class ColumnFiller {
 public:
  ColumnFiller(const Conv2d& p, Rows<const std::int8_t> in, std::int8_t* to)
      : p_(p), in_(in), to_(to), plan_(columns(p)) {
#if defined(__ARM_FEATURE_MVE)
    // offsets fit one byte
    pixels_ = 16 / p.in.channels;
    const std::int32_t most = 255 / plan_.column_bytes;
    if (pixels_ > most) pixels_ = most;
    for (std::int32_t i = 0; i < pixels_ * p.in.channels; ++i) {
      offsets_[i] = static_cast<std::uint8_t>(i / p.in.channels * plan_.column_bytes + i % p.in.channels);
    }
#endif
  }

  void operator()(std::int32_t y, std::int32_t x, std::int32_t outputs) const {
    const Window& w = p_.window;
    const std::int32_t top = y * w.stride_height - w.pad_top;
    const std::int32_t bottom = top + (w.height - 1) * w.dilation_height;
    const std::int32_t left = x * w.stride_width - w.pad_left;
    const std::int32_t right = left + (outputs - 1) * w.stride_width + (w.width - 1) * w.dilation_width;
    if (top < 0 || left < 0 || bottom >= p_.in.height || right >= p_.in.width) {
      std::memset(to_, p_.in_zero_point, static_cast<std::size_t>(plan_.count(outputs) * plan_.column_bytes));
    }
    for (std::int32_t ky = 0; ky < w.height; ++ky) {
      const std::int32_t in_y = top + ky * w.dilation_height;
      if (in_y < 0 || in_y >= p_.in.height) continue;
      const std::int8_t* row = in_.row(in_y);
      std::int8_t* to = to_ + ky * p_.in.channels;
      if (w.dilation_width == 1) {
        copy(row, left, plan_.count(outputs), to);
        continue;
      }
      for (std::int32_t i = 0; i < outputs; ++i) {
        for (std::int32_t kx = 0; kx < w.width; ++kx, to += plan_.column_bytes) {
          copy(row, left + i * w.stride_width + kx * w.dilation_width, 1, to);
        }
      }
    }
  }

 private:
  // The pixels [x, x + count) as far as they are inside.
  void copy(const std::int8_t* row, std::int32_t x, std::int32_t count, std::int8_t* to) const {
    const std::int32_t begin = x < 0 ? 0 : x;
    const std::int32_t end = x + count < p_.in.width ? x + count : p_.in.width;
    if (begin >= end) return;
    const PixelCopy pixels = {to + (begin - x) * plan_.column_bytes, row + begin * p_.in.channels,
                              end - begin, p_.in.channels, plan_.column_bytes};
    copy(pixels);
  }

#if defined(__ARM_FEATURE_MVE)
  void copy(const PixelCopy& c) const {
    if (pixels_ > 0) {
      copy_few_channels(c, pixels_, offsets_);
    } else {
      copy_many_channels(c);
    }
  }
#else
  static void copy(const PixelCopy& c) {
    for (std::int32_t i = 0; i < c.count; ++i) {
      std::memcpy(c.to + i * c.pitch, c.from + i * c.channels, static_cast<std::size_t>(c.channels));
    }
  }
#endif

  const Conv2d& p_;
  Rows<const std::int8_t> in_;
  std::int8_t* to_;
  Columns plan_;
#if defined(__ARM_FEATURE_MVE)
  std::int32_t pixels_ = 0;
  std::uint8_t offsets_[16] = {};
#endif
};

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
