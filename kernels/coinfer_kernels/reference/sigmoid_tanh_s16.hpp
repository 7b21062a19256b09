// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

// Sigmoid and tanh of int16 values, results in units of 2^-15: one table, interpolated.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/{logistic,tanh}.h for int16, and
// sigmoid_table_uint16 in tensorflow/lite/kernels/internal/common.h.
COINFER_CODE_BEGIN
namespace coinfer::kernels {

// Sigmoid of i / 24 in units of 2^-16, each lifted by half of what a chord between two neighbours falls short
// of the curve, so that interpolation errs to both sides alike.
struct SigmoidTable {
  static constexpr std::uint32_t last = 255;
  std::uint16_t values[last + 1] = {};
};

constexpr SigmoidTable make_sigmoid_table() {
  constexpr double step = 0.9591894571091382;  // exp(-1/24)
  constexpr double lift = 65536.0 / (24 * 24 * 16);
  SigmoidTable table;
  double exponential = 1;
  for (std::uint32_t i = 0; i < SigmoidTable::last; ++i, exponential *= step) {
    const double s = 1 / (1 + exponential);
    table.values[i] = static_cast<std::uint16_t>(65536 * s + lift * s * (1 - s) * (2 * s - 1) + 0.5);
  }
  table.values[SigmoidTable::last] = 65535;
  return table;
}

inline constexpr SigmoidTable sigmoid_table = make_sigmoid_table();

// Between the values at magnitude / 2^bits, in units of 2^-(16 + bits); `beyond` behind the table's end.
constexpr std::int32_t interpolated_sigmoid(std::int32_t magnitude, int bits, std::int32_t beyond) {
  const auto at = static_cast<std::uint32_t>(magnitude) >> bits;
  if (at >= SigmoidTable::last) return beyond << bits;
  const std::int32_t below = sigmoid_table.values[at];
  const std::int32_t above = sigmoid_table.values[at + 1];
  const std::int32_t part = magnitude & ((1 << bits) - 1);
  return (below << bits) + part * (above - below);
}

// x: three times a value in units of 2^-12; the factor is what it takes from 1/24 to a power of two.
constexpr std::int32_t sigmoid_s16(std::int32_t x) {
  const std::int32_t value = interpolated_sigmoid(x < 0 ? -x : x, 9, 65534);
  return (x < 0 ? (1 << 25) - value + 511 : value + 512) >> 10;
}

// By tanh(x) = 2 * sigmoid(2 * x) - 1; x as above.
constexpr std::int32_t tanh_s16(std::int32_t x) {
  const std::int32_t value = interpolated_sigmoid(x < 0 ? -x : x, 8, 65535) - (1 << 23);
  return (x < 0 ? 127 - value : value + 128) >> 8;
}

}  // namespace coinfer::kernels
COINFER_CODE_END
