// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer_kernels/reference/average_pool_2d_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// Eight channels at a time, in sums of 16 bits.
constexpr std::int32_t pool_channels = 8;
constexpr bool averages_in_vectors(const AveragePool2d& p) {
  return p.in.channels >= pool_channels && p.window.height * p.window.width <= 255;
}

#if defined(__ARM_FEATURE_MVE)
// Adds eight channels of `count` pixels, `step` bytes apart, to the sums.
inline void add_pixels(const std::int8_t* pixels, std::int32_t count, std::int32_t step, std::int16_t* sums) {
  asm volatile(
      "vldrh.u16 q0, [%[sums]]\n"
      "dls lr, %[count]\n"
      "1:\n"
      "vldrb.s16 q1, [%[pixels]]\n"
      "add %[pixels], %[pixels], %[step]\n"
      "vadd.i16 q0, q0, q1\n"
      "le lr, 1b\n"
      "vstrh.16 q0, [%[sums]]\n"
      : [pixels] "+l"(pixels)
      : [count] "r"(count), [step] "r"(step), [sums] "r"(sums)
      : "lr", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7");
}
#else
// Channel by channel: pixel by pixel, GCC 12 for aarch64 makes wrong sums of it at -O3.
inline void add_pixels(const std::int8_t* pixels, std::int32_t count, std::int32_t step, std::int16_t* sums) {
  for (std::int32_t c = 0; c < pool_channels; ++c) {
    std::int32_t sum = sums[c];
    for (std::int32_t i = 0; i < count; ++i) sum += pixels[i * step + c];
    sums[c] = static_cast<std::int16_t>(sum);
  }
}
#endif

// The last eight channels overlap those before them where their number is no multiple of eight.
inline void average_pool_2d_s8(const AveragePool2d& p, Rows<const std::int8_t> in, Rows<std::int8_t> out,
                               RowRange rows) {
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const Span ys = inside(y * p.window.stride_height - p.window.pad_top, p.window.height, p.in.height);
    for (std::int32_t x = 0; x < p.out.width; ++x) {
      const Span xs = inside(x * p.window.stride_width - p.window.pad_left, p.window.width, p.in.width);
      std::int8_t* pixel = out.row(y) + x * p.out.channels;
      for (std::int32_t next = 0; next < p.in.channels; next += pool_channels) {
        const std::int32_t first =
            next < p.in.channels - pool_channels ? next : p.in.channels - pool_channels;
        std::int16_t sums[pool_channels] = {};
        for (std::int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {
          add_pixels(in.row(in_y) + xs.begin * p.in.channels + first, xs.count(), p.in.channels, sums);
        }
        for (std::int32_t c = 0; c < pool_channels; ++c) {
          pixel[first + c] =
              static_cast<std::int8_t>(p.clamp(rounded_average(sums[c], ys.count() * xs.count())));
        }
      }
    }
  }
}

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
