// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "coinfer/ops/window.hpp"
#include "coinfer/tensor.hpp"

namespace coinfer::test {

// Cases per test; a failure names the case, and a case depends on its number alone.
inline int case_count() {
  const char* wanted = std::getenv("COINFER_RANDOM_CASES");
  return wanted != nullptr ? std::atoi(wanted) : 200;
}

class Random {
 public:
  explicit Random(int seed) : engine_(static_cast<std::uint64_t>(seed) * 0x9E3779B97F4A7C15U + 1) {}

  // Uniform in [low, high].
  std::int32_t between(std::int32_t low, std::int32_t high) {
    return std::uniform_int_distribution<std::int32_t>(low, high)(engine_);
  }
  bool one_in(std::int32_t n) { return between(1, n) == 1; }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }

  std::int32_t zero_point() { return one_in(4) ? (one_in(2) ? -128 : 127) : between(-128, 127); }

  // Q31 numbers in [1/2, 1), the ends more often than chance has it.
  std::int32_t multiplier() {
    constexpr std::int32_t half = 1 << 30;
    constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();
    return one_in(8) ? half : (one_in(8) ? highest : between(half, highest));
  }

  // Mostly such that sums of products land in and around int8; one_in(extreme_in) anywhere in the legal
  // range.
  std::int32_t shift(std::int32_t extreme_in) {
    return one_in(extreme_in) ? between(-31, 30) : between(-14, -3);
  }

  Clamp clamp() {
    if (one_in(2)) return {};
    const std::int32_t low = between(-128, 127);
    return {low, between(low, 127)};
  }

  // Elements of a tensor: anything, or only the ends of the range.
  template <class T>
  std::vector<T> elements(std::int32_t count) {
    const bool extreme = one_in(6);
    std::vector<T> values(static_cast<std::size_t>(count));
    for (T& value : values) {
      if constexpr (std::is_floating_point_v<T>) {
        value = static_cast<T>(real(-40, 40));
      } else {
        constexpr std::int32_t low = std::numeric_limits<T>::min();
        constexpr std::int32_t high = std::numeric_limits<T>::max();
        value = static_cast<T>(extreme ? (one_in(2) ? low : high) : between(low, high));
      }
    }
    return values;
  }

  Shape shape(std::int32_t most_height, std::int32_t most_width, std::int32_t most_channels) {
    return {between(1, most_height), between(1, most_width), between(1, most_channels)};
  }

  // A window over `in` and the height and width that it gives: as with VALID or SAME padding, or padded in
  // any other way; windows of convolutions (`dilated`) may lie wholly outside.
  Window window(const Shape& in, Shape& out, bool dilated) {
    Window w;
    axis(in.height, dilated, w.height, w.stride_height, w.dilation_height, w.pad_top, out.height);
    axis(in.width, dilated, w.width, w.stride_width, w.dilation_width, w.pad_left, out.width);
    return w;
  }

 private:
  void axis(std::int32_t size, bool dilated, std::int32_t& taps, std::int32_t& stride, std::int32_t& dilation,
            std::int32_t& pad, std::int32_t& out_size) {
    stride = between(1, 3);
    dilation = dilated && one_in(3) ? between(2, 3) : 1;
    taps = between(1, dilation == 1 && one_in(4) ? 9 : 5);
    const std::int32_t extent = (taps - 1) * dilation + 1;
    const std::int32_t kind = extent > size ? between(1, 2) : between(0, 2);
    if (kind == 0) {  // VALID
      pad = 0;
      out_size = (size - extent) / stride + 1;
    } else if (kind == 1) {  // SAME
      out_size = (size + stride - 1) / stride;
      const std::int32_t total = (out_size - 1) * stride + extent - size;
      pad = total > 0 ? total / 2 : 0;
    } else {
      pad = between(0, dilated && one_in(4) ? extent + 1 : taps - 1);
      const std::int32_t most = (size + pad - 1) / stride + 1;
      out_size = between(1, most < 14 ? most : 14);
    }
  }

  std::mt19937_64 engine_;
};

}  // namespace coinfer::test
