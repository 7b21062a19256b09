// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// Twice the output's zero point, and one half of its unit: shifted left by the channel's shift it is what is
// added to a scaled accumulator before the final shift.
constexpr std::int32_t output_offset(std::int32_t zero_point) { return 2 * zero_point + 1; }

// Accumulator to output in six instructions (double rounding) or three, where Dsp::narrow() holds; the
// specification of what the assembly of the tiles does. The upper half of the product is rounded (SMMLAR) or
// not (SMMLA); the sign that makes the second rounding symmetric is the accumulator's own: where its product
// rounds up to zero, both give zero. The last of the shifts is part of the saturation (SSAT).
template <class Rounding>
std::int32_t scale_narrow(std::int32_t accumulator, const ChannelRecord& channel, std::int32_t offset) {
  constexpr bool twice = std::is_same_v<Rounding, rounding::Double>;
  const std::int32_t shift = twice ? channel.shift : channel.shift - 1;
  const auto added = static_cast<std::int32_t>(static_cast<std::uint32_t>(offset) << shift);
  const std::int32_t sum =
      twice ? add_rounded_high(2 * accumulator, channel.multiplier, added + (accumulator >> 31))
            : add_high(accumulator, channel.multiplier, added);
  return half_as_byte(sum >> shift);
}

#if COINFER_DSP
// For the lines of outputs of a depthwise channel. scale_narrow() in assembly: r0 multiplier, r1 shift before
// the last halving, r2 what is added before it; double rounding takes twice the accumulator and changes r5.
#define COINFER_DSP_LINE_SCALE_DOUBLE(sum) \
  "add    r5, r2, " sum                    \
  ", asr #31\n"                            \
  "smmlar " sum ", " sum                   \
  ", r0, r5\n"                             \
  "asr    " sum ", " sum                   \
  ", r1\n"                                 \
  "ssat   " sum ", #8, " sum ", asr #1\n"
#define COINFER_DSP_LINE_SCALE_SINGLE(sum) \
  "smmla  " sum ", " sum                   \
  ", r0, r2\n"                             \
  "asr    " sum ", " sum                   \
  ", r1\n"                                 \
  "ssat   " sum ", #8, " sum ", asr #1\n"
// The end of a group of four outputs, sums in r9-r12. On the stack from 24 bytes on: multiplier, shift, what
// is added, bytes from output to output, the next output, how many there are. Goes back to label 1 while
// there are more.
#define COINFER_DSP_LINE_OUTPUTS(twice, scale, again) \
  "add    r5, sp, #24\n" \
  "ldm    r5, {r0-r4, r6}\n" \
  twice scale("r9") scale("r10") scale("r11") scale("r12") \
  "subs   r6, r6, #4\n" \
  "bmi    8f\n" \
  "strb   r9, [r4]\n" \
  "strb   r10, [r4, r3]\n" \
  "add    r4, r4, r3, lsl #1\n" \
  "strb   r11, [r4]\n" \
  "strb   r12, [r4, r3]\n" \
  "add    r4, r4, r3, lsl #1\n" \
  "strd   r4, r6, [sp, #40]\n" \
  again \
  "bne    1b\n" \
  "b      9f\n" \
  "8:\n" \
  "strb   r9, [r4]\n" \
  "adds   r6, #2\n" \
  "blt    9f\n" \
  "strb   r10, [r4, r3]\n" \
  "beq    9f\n" \
  "add    r4, r4, r3, lsl #1\n" \
  "strb   r11, [r4]\n" \
  "9:\n"
#endif

// Single rounding takes one shift less than Dsp::narrow() allows.
template <class Rounding>
bool scales_narrow(const PackedWeights<layout::Dsp>& w, std::int32_t channels) {
  if constexpr (!std::is_same_v<Rounding, rounding::Double>) {
    for (std::int32_t m = 0; m < channels; ++m) {
      if (w.channels[m].shift < 1) return false;
    }
  }
  return w.narrow;
}

// The same for any stage.
template <class Rounding>
constexpr std::int32_t scale_any(std::int32_t accumulator, const ChannelRecord& channel,
                                 std::int32_t offset) {
  return output_value<Rounding>(accumulator, channel.multiplier, layout::Dsp::stored_shift(channel.shift),
                                (offset - 1) / 2, Clamp{});
}

// The kernels saturate to int8; a fused activation with other bounds is a pass of its own over what they
// wrote.
COINFER_NOINLINE inline void clamp_rows(const Clamp& clamp, const Rows<std::int8_t>& out, RowRange rows,
                                        std::int32_t row_elements) {
  if (clamp.min <= -128 && clamp.max >= 127) return;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    std::int8_t* const values = out.row(y);
    for (std::int32_t i = 0; i < row_elements; ++i) values[i] = static_cast<std::int8_t>(clamp(values[i]));
  }
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
