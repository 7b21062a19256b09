// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "coinfer/compiler.hpp"

// How an int32 accumulator is scaled to the output's quantization. The rule is part of a model's identity
// (chosen at import, a type argument of every kernel): the two differ by at most 1 LSB per stage.
// Both take a Q31 multiplier in [2^30, 2^31) and a power of two, `shift`, in [-31, 30], positive = left.
// Source: tensorflow/lite/kernels/internal/common.{h,cc}, MultiplyByQuantizedMultiplier.
COINFER_CODE_BEGIN
namespace coinfer::rounding {

// Rounds twice: once in the doubling high multiplication, once in the right shift. What TensorFlow Lite
// Micro and CMSIS-NN do by default. Requires |value| * 2^max(shift, 0) < 2^31.
struct Double {
  // (2 * a * b) / 2^32, rounded to nearest. gemmlowp's sign-dependent nudge and truncating division come to
  // ties upwards: an arithmetic shift.
  static constexpr std::int32_t doubling_high(std::int32_t a, std::int32_t b) {
    constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
    if (a == lowest && b == lowest) return std::numeric_limits<std::int32_t>::max();
    return rounded_high(a, b);
  }

  // Divides by 2^exponent, ties away from zero; exponent in [0, 31].
  static constexpr std::int32_t divide_by_power_of_two(std::int32_t value, std::int32_t exponent) {
    const std::int32_t mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
    const std::int32_t remainder = value & mask;
    const std::int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
    return (value >> exponent) + (remainder > threshold ? 1 : 0);
  }

  static constexpr std::int32_t multiply(std::int32_t value, std::int32_t multiplier, std::int32_t shift) {
    const std::int32_t left = shift > 0 ? shift : 0;
    const auto scaled = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << left);
    const std::int32_t high = rounded_high(scaled, multiplier);
    if (shift >= 0) return high;
    // divide_by_power_of_two in fewer steps; `high` is never the lowest value, as the multiplier is below 1.
    return (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1;
  }

 private:
  // doubling_high where a and b are not both the lowest value, as with any multiplier above 0.
  static constexpr std::int32_t rounded_high(std::int32_t a, std::int32_t b) {
    const std::int64_t product = static_cast<std::int64_t>(a) * b;
    return static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
  }
};

// Rounds once, ties upwards: TFLITE_SINGLE_ROUNDING. Fewer instructions, and nearest to XNNPACK.
struct Single {
  static constexpr std::int32_t multiply(std::int32_t value, std::int32_t multiplier, std::int32_t shift) {
    const std::int32_t total = 31 - shift;
    const std::int64_t nudge = std::int64_t{1} << (total - 1);
    return static_cast<std::int32_t>((static_cast<std::int64_t>(value) * multiplier + nudge) >> total);
  }
};

// Scaling of the int64 accumulators of int16 activations, the same under both rules: by the multiplier's
// upper 16 bits, rounded once, ties upwards. |value| < 2^47, shift in [-31, 7].
constexpr std::int32_t multiply_wide(std::int64_t value, std::int32_t multiplier, std::int32_t shift) {
  const std::int32_t upper = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
  const std::int32_t total = 15 - shift;
  return static_cast<std::int32_t>((value * upper + (std::int64_t{1} << (total - 1))) >> total);
}

}  // namespace coinfer::rounding
COINFER_CODE_END
