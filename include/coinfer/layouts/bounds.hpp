// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/layouts/taps.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/weights.hpp"

// What a layout may want to know of a stage's constants to say which arithmetic is exact for them.
namespace coinfer::layout {

// No accumulator of output channel m is larger, whatever the input.
template <class Params>
constexpr std::int64_t largest_accumulator(const Params& p, const ChannelWeights& w, std::int32_t m) {
  const std::int32_t above = 127 - p.in_zero_point;
  const std::int32_t below = p.in_zero_point + 128;
  std::int64_t sum = 0;
  for_taps(p, [&](auto... tap) {
    const std::int32_t value = w.filter[TensorFlow::filter_index(p, m, tap...)];
    sum += value < 0 ? -value : value;
  });
  const std::int64_t bias = w.bias == nullptr ? 0 : w.bias[m];
  return sum * (above > below ? above : below) + (bias < 0 ? -bias : bias);
}

// True when the scale takes every accumulator up to `largest` to zero, under both rounding rules. Networks
// that were pruned, or regularized much, have many such channels; their scales are the smallest ones.
constexpr bool scales_to_zero(std::int64_t largest, std::int32_t multiplier, std::int32_t shift) {
  return shift < 0 && largest < std::int64_t{1} << 31 &&
         ((largest * multiplier) >> 31) + 1 < std::int64_t{1} << (-shift - 1);
}

}  // namespace coinfer::layout
