// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/layouts/bounds.hpp"
#include "coinfer/weights.hpp"

namespace coinfer::layout {

// Constants of one output channel, as TensorFlow Lite has them.
struct ChannelConstants {
  std::int32_t bias;
  std::int32_t multiplier;
  std::int32_t shift;  // positive = left
};

template <class Params>
constexpr ChannelConstants channel_constants(const Params& p, const ChannelWeights& w, std::int32_t m) {
  const std::int32_t scale = p.per_channel ? m : 0;
  return {w.bias == nullptr ? 0 : w.bias[m], w.multiplier[scale], w.shift[scale]};
}

// The same with the scale that packed layouts store: a channel that is zero for every input gets multiplier 0
// and a shift that the fast scaling takes.
template <class Params>
constexpr ChannelConstants simplified_constants(const Params& p, const ChannelWeights& w, std::int32_t m) {
  ChannelConstants c = channel_constants(p, w, m);
  if (scales_to_zero(largest_accumulator(p, w, m), c.multiplier, c.shift)) {
    c.multiplier = 0;
    c.shift = -2;
  }
  return c;
}

}  // namespace coinfer::layout
