// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/constants.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer/layouts/nibbles.hpp"
#include "coinfer/layouts/taps.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/weights.hpp"

// Reading a stage's constants whatever their layout: what the reference kernels do.
COINFER_CODE_BEGIN
namespace coinfer::layout {

// One value of the filter of output channel m; `tap` as for_taps() gives it.
template <class Params, class Weights, class... Tap>
constexpr std::int32_t filter_value(const Params& p, const Weights& w, std::int32_t m, Tap... tap) {
  return w.filter[Weights::Layout::filter_index(p, m, tap...)];
}

template <class Params>
constexpr ChannelConstants channel_constants(const Params& p, const NibbleWeights& w, std::int32_t m) {
  return channel_constants(p, ChannelWeights{w.filter, w.bias, w.multiplier, w.shift}, m);
}

struct WideChannelConstants {
  std::int64_t bias;
  std::int32_t multiplier;
  std::int32_t shift;
};

template <class Params>
constexpr WideChannelConstants channel_constants(const Params& p, const WideWeights& w, std::int32_t m) {
  const std::int32_t scale = p.per_channel ? m : 0;
  return {w.bias[m], w.multiplier[scale], w.shift[scale]};
}

template <class Params, class Layout>
constexpr ChannelConstants channel_constants(const Params& p, const PackedWeights<Layout>& w,
                                             std::int32_t m) {
  std::int32_t sum = 0;
  for_taps(p, [&](auto... tap) { sum += filter_value(p, w, m, tap...); });
  const ChannelRecord& record = w.channels[m];
  return {record.bias + p.in_zero_point * sum, record.multiplier, Layout::stored_shift(record.shift)};
}

}  // namespace coinfer::layout
COINFER_CODE_END
