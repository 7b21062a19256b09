// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/access.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::layout {

// Writes the constants of a stage in a packed layout. channels: [output channel];
// filter: Layout::filter_bytes(p), zero before.
template <class Layout, class Params>
constexpr void pack(const Params& p, const ChannelWeights& from, ChannelRecord* channels,
                    std::int8_t* filter) {
  for (std::int32_t m = 0; m < p.out.channels; ++m) {
    const SimplifiedChannel channel = simplified_channel(p, from, m);
    std::int32_t sum = 0;
    for_taps(p, [&](auto... tap) {
      const std::int32_t value = channel.constant ? 0 : filter_value(p, from, m, tap...);
      filter[Layout::filter_index(p, m, tap...)] = static_cast<std::int8_t>(value);
      sum += value;
    });
    const ChannelConstants& constants = channel.constants;
    channels[m] = {constants.bias - p.in_zero_point * sum, constants.multiplier,
                   Layout::stored_shift(constants.shift)};
  }
}

}  // namespace coinfer::layout
COINFER_CODE_END
