// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/portable/vectorize.hpp"

#if defined(COINFER_AARCH64)
#include <arm_neon.h>

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// Products of 16 int8 values with a filter, without widening either: the zero point comes off at the end, as
// zero_point * sum of the filter. Compilers do not find this form, since it is not what the loop says.
class DotLanes {
 public:
  void add_16(int8x16_t values, int8x16_t filter) {
#if defined(__ARM_FEATURE_DOTPROD)
    products_ = vdotq_s32(products_, values, filter);
#else
    products_ = vpadalq_s16(products_, vmull_s8(vget_low_s8(values), vget_low_s8(filter)));
    products_ = vpadalq_s16(products_, vmull_high_s8(values, filter));
#endif
    filter_ = vpadalq_s8(filter_, filter);
  }
  void add_8(int8x8_t values, int8x8_t filter) {
    products_ = vpadalq_s16(products_, vmull_s8(values, filter));
    filter_ = vaddw_s8(filter_, filter);
  }
  // The sum of the filter has 16 bits a lane: at most `most_steps` calls of the two between calls of this
  // one.
  static constexpr std::int32_t most_steps = 127;
  void carry() {
    filter_total_ = vpadalq_s16(filter_total_, filter_);
    filter_ = vdupq_n_s16(0);
  }
  int32x4_t less(int32x4_t zero_point) const { return vmlsq_s32(products_, filter_total_, zero_point); }

 private:
  int32x4_t products_ = vdupq_n_s32(0);
  int32x4_t filter_total_ = vdupq_n_s32(0);
  int16x8_t filter_ = vdupq_n_s16(0);
};

// sums[j] = sum over i of (values[i] - zero_point) * filters[j * size + i] for each j. Written out for each
// j, since compilers take an array apart into registers only where no loop runs over it.
template <std::size_t... j>
void dot_rows(std::index_sequence<j...> /*rows*/, const std::int8_t* values, const std::int8_t* filters,
              std::int32_t size, std::int32_t zero_point, std::int32_t* sums) {
  const std::int8_t* const filter[] = {filters + static_cast<std::int32_t>(j) * size...};
  DotLanes rows[sizeof...(j)];
  std::int32_t i = 0;
  while (i + 16 <= size) {
    const std::int32_t steps = (size - i) / 16;
    const std::int32_t end = i + 16 * (steps < DotLanes::most_steps ? steps : DotLanes::most_steps);
    for (; i < end; i += 16) {
      const int8x16_t value = vld1q_s8(values + i);
      (rows[j].add_16(value, vld1q_s8(filter[j] + i)), ...);
    }
    (rows[j].carry(), ...);
  }
  if (i + 8 <= size) {
    const int8x8_t value = vld1_s8(values + i);
    (rows[j].add_8(value, vld1_s8(filter[j] + i)), ...);
    (rows[j].carry(), ...);
    i += 8;
  }
  const int32x4_t offset = vdupq_n_s32(zero_point);
  ((sums[j] = vaddvq_s32(rows[j].less(offset))), ...);
  for (; i < size; ++i) {
    const std::int32_t value = values[i] - zero_point;
    ((sums[j] += value * filter[j][i]), ...);
  }
}

inline void dot_4(const std::int8_t* values, const std::int8_t* filters, std::int32_t size,
                  std::int32_t zero_point, std::int32_t* sums) {
  dot_rows(std::make_index_sequence<4>(), values, filters, size, zero_point, sums);
}

inline std::int32_t dot(const std::int8_t* values, const std::int8_t* filter, std::int32_t size,
                        std::int32_t zero_point) {
  std::int32_t sum = 0;
  dot_rows(std::make_index_sequence<1>(), values, filter, size, zero_point, &sum);
  return sum;
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
#endif
