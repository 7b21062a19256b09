// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/taps.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/weights.hpp"

// What a layout may want to know of a stage's constants to say which arithmetic is exact for them.
COINFER_CODE_BEGIN
namespace coinfer::layout {

// The accumulators of output channel m lie between these, whatever the input.
struct AccumulatorRange {
  std::int64_t low;
  std::int64_t high;

  constexpr bool within(std::int64_t limit) const { return low > -limit && high < limit; }
};

template <class Params>
constexpr AccumulatorRange accumulator_range(const Params& p, const ChannelWeights& w, std::int32_t m) {
  const std::int64_t least = -128 - p.in_zero_point;
  const std::int64_t most = 127 - p.in_zero_point;
  const std::int64_t bias = w.bias == nullptr ? 0 : w.bias[m];
  AccumulatorRange range = {bias, bias};
  for_taps(p, [&](auto... tap) {
    const std::int64_t value = w.filter[TensorFlow::filter_index(p, m, tap...)];
    range.low += value * (value > 0 ? least : most);
    range.high += value * (value > 0 ? most : least);
  });
  return range;
}

}  // namespace coinfer::layout
COINFER_CODE_END
