// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/dot.hpp"
#include "coinfer_kernels/reference/output_value.hpp"
#if defined(COINFER_AARCH64)
#include "coinfer_kernels/portable/store_aarch64.hpp"
#endif

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Bias, scale and clamp for `count` sums of the output channels from `first` on; `out` is channel 0.
// Copies of what `p` holds, and `w` by value: a store of int8 could change anything behind a reference.
template <class Rounding, class Params>
void store_channels(const Params& p, ChannelWeights w, const std::int32_t* sums, std::int32_t first,
                    std::int32_t count, std::int8_t* out) {
  std::int32_t m = first;
#if defined(COINFER_AARCH64)
  for (; m + 4 <= first + count; m += 4) store_4<Rounding>(p, w, sums + (m - first), m, out);
#endif
  const Clamp clamp = p.clamp;
  const std::int32_t zero_point = p.out_zero_point;
  const std::int32_t scale_step = p.per_channel ? 1 : 0;
  for (; m < first + count; ++m) {
    const std::int32_t bias = w.bias != nullptr ? w.bias[m] : 0;
    const std::int32_t scale = m * scale_step;
    out[m] = static_cast<std::int8_t>(output_value<Rounding>(sums[m - first] + bias, w.multiplier[scale],
                                                             w.shift[scale], zero_point, clamp));
  }
}

// All output channels of one position: the products of one packed window of the input (`size` values) with
// each filter. The last four channels overlap those before them where their number is no multiple of four.
template <class Rounding, class Params>
void window_to_channels(const Params& p, const ChannelWeights& w, const std::int8_t* window,
                        std::int32_t size, std::int8_t* out) {
  const std::int32_t channels = p.out.channels;
  if (channels < 4) {
    for (std::int32_t m = 0; m < channels; ++m) {
      const std::int32_t sum = dot(window, w.filter + m * size, size, p.in_zero_point);
      store_channels<Rounding>(p, w, &sum, m, 1, out);
    }
    return;
  }
  for (std::int32_t next = 0; next < channels; next += 4) {
    const std::int32_t m = next < channels - 4 ? next : channels - 4;
    std::int32_t sums[4];
    dot_4(window, w.filter + m * size, size, p.in_zero_point, sums);
    store_channels<Rounding>(p, w, sums, m, 4, out);
  }
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
