// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// What every output channel of a stage is scaled with.
struct OutputScale {
  std::int32_t offset;  // dsp::output_offset()
  bool narrow;          // dsp::scales_narrow()
};

template <class Rounding>
OutputScale output_scale(const PackedWeights<layout::Dsp>& w, std::int32_t channels,
                         std::int32_t zero_point) {
  return {dsp::output_offset(zero_point), dsp::scales_narrow<Rounding>(w, channels)};
}

template <class Rounding>
COINFER_NOINLINE std::int32_t scaled_any(std::int32_t sum, std::int32_t multiplier, std::int32_t shift,
                                         std::int32_t offset) {
  return dsp::scale_any<Rounding>(sum, {0, multiplier, shift}, offset);
}

template <class Rounding>
[[gnu::always_inline]] inline std::int8_t scaled(const OutputScale& scale, const ChannelRecord& channel,
                                                 std::int32_t sum) {
  return static_cast<std::int8_t>(
      scale.narrow ? dsp::scale_narrow<Rounding>(sum, channel, scale.offset)
                   : scaled_any<Rounding>(sum, channel.multiplier, channel.shift, scale.offset));
}

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
