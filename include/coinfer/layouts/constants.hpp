// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/bounds.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
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

// A scaled accumulator in the range in which the output's zero point can make a difference.
template <class Rounding>
constexpr std::int32_t scaled_value(std::int64_t accumulator, const ChannelConstants& c) {
  const std::int32_t value =
      Rounding::multiply(static_cast<std::int32_t>(accumulator), c.multiplier, c.shift);
  return value < -512 ? -512 : (value > 511 ? 511 : value);
}

// What packed layouts store of an output channel. Many networks have channels that are the same for every
// input, with scales and biases at the ends of their ranges: those have `constant`, no filter, and an
// ordinary scale (1/8) that gives the same output.
struct SimplifiedChannel {
  ChannelConstants constants;
  bool constant;
};

template <class Params>
constexpr SimplifiedChannel simplified_channel(const Params& p, const ChannelWeights& w, std::int32_t m) {
  const ChannelConstants c = channel_constants(p, w, m);
  const AccumulatorRange range = accumulator_range(p, w, m);
  if (c.shift > 0 || !range.within(std::int64_t{1} << 31)) return {c, false};
  const std::int32_t value = scaled_value<rounding::Double>(range.low, c);
  const bool constant = value == scaled_value<rounding::Double>(range.high, c) &&
                        value == scaled_value<rounding::Single>(range.low, c) &&
                        value == scaled_value<rounding::Single>(range.high, c);
  if (!constant) return {c, false};
  return {{8 * value, 1 << 30, -2}, true};
}

}  // namespace coinfer::layout
COINFER_CODE_END
