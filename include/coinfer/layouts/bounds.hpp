// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/layouts/taps.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/weights.hpp"

// What a layout may want to know of a stage's constants to say which arithmetic is exact for them.
namespace coinfer::layout {

// No accumulator of any input is larger.
template <class Params>
constexpr std::int64_t largest_accumulator(const Params& p, const ChannelWeights& w) {
  const std::int32_t input =
      127 - p.in_zero_point > p.in_zero_point + 128 ? 127 - p.in_zero_point : p.in_zero_point + 128;
  std::int64_t most = 0;
  for (std::int32_t m = 0; m < p.out.channels; ++m) {
    std::int64_t sum = 0;
    for_taps(p, [&](auto... tap) {
      const std::int32_t value = w.filter[TensorFlow::filter_index(p, m, tap...)];
      sum += value < 0 ? -value : value;
    });
    const std::int64_t bias = w.bias == nullptr ? 0 : w.bias[m];
    const std::int64_t accumulator = sum * input + (bias < 0 ? -bias : bias);
    if (accumulator > most) most = accumulator;
  }
  return most;
}

template <class Params>
constexpr bool shifts_within(const Params& p, const ChannelWeights& w, std::int32_t low, std::int32_t high) {
  for (std::int32_t i = 0; i < (p.per_channel ? p.out.channels : 1); ++i) {
    if (w.shift[i] < low || w.shift[i] > high) return false;
  }
  return true;
}

}  // namespace coinfer::layout
