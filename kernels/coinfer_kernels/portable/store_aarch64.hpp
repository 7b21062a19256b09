// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable/vectorize.hpp"

#if defined(COINFER_AARCH64)
#include <arm_neon.h>

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// rounding::Double::multiply of four values: its high multiplication is SQRDMULH.
inline int32x4_t multiply_4(rounding::Double /*rule*/, int32x4_t values, int32x4_t multiplier,
                            int32x4_t shift) {
  const int32x4_t none = vdupq_n_s32(0);
  const int32x4_t right = vminq_s32(shift, none);
  const int32x4_t high = vqrdmulhq_s32(vshlq_s32(values, vmaxq_s32(shift, none)), multiplier);
  const int32x4_t away_from_zero = vshrq_n_s32(vandq_s32(high, right), 31);  // -1: negative, and shifted
  return vrshlq_s32(vaddq_s32(high, away_from_zero), right);
}

// rounding::Single::multiply of four values.
inline int32x4_t multiply_4(rounding::Single /*rule*/, int32x4_t values, int32x4_t multiplier,
                            int32x4_t shift) {
  const int32x4_t right = vsubq_s32(shift, vdupq_n_s32(31));
  const int64x2_t low = vmull_s32(vget_low_s32(values), vget_low_s32(multiplier));
  const int64x2_t high = vmull_high_s32(values, multiplier);
  return vmovn_high_s64(vmovn_s64(vrshlq_s64(low, vmovl_s32(vget_low_s32(right)))),
                        vrshlq_s64(high, vmovl_high_s32(right)));
}

// output_value() of the sums of the four output channels from `first` on.
template <class Rounding, class Params>
void store_4(const Params& p, const ChannelWeights& w, const std::int32_t* sums, std::int32_t first,
             std::int8_t* out) {
  int32x4_t values = vld1q_s32(sums);
  if (w.bias != nullptr) values = vaddq_s32(values, vld1q_s32(w.bias + first));
  int32x4_t multiplier = vdupq_n_s32(w.multiplier[0]);
  int32x4_t shift = vdupq_n_s32(w.shift[0]);
  if (p.per_channel) {
    std::int32_t four_shifts;
    std::memcpy(&four_shifts, w.shift + first, sizeof(four_shifts));
    multiplier = vld1q_s32(w.multiplier + first);
    shift = vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four_shifts)))));
  }
  values = vaddq_s32(multiply_4(Rounding{}, values, multiplier, shift), vdupq_n_s32(p.out_zero_point));
  values = vminq_s32(vmaxq_s32(values, vdupq_n_s32(p.clamp.min)), vdupq_n_s32(p.clamp.max));
  const int8x8_t bytes = vmovn_s16(vcombine_s16(vmovn_s32(values), vdup_n_s16(0)));
  const std::int32_t four_bytes = vget_lane_s32(vreinterpret_s32_s8(bytes), 0);
  std::memcpy(out + first, &four_bytes, sizeof(four_bytes));
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
#endif
