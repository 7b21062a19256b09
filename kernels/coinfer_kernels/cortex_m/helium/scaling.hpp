// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rounding.hpp"

// The vector registers that every assembly kernel changes.
#define COINFER_HELIUM_VECTORS                                                                          \
  "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", \
      "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", \
      "s30", "s31"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// How a vector of accumulators is scaled by Q31 multipliers and shifted to the right by at least one place:
// VQRDMULH or VQDMULH, then VRSHL, which rounds ties upwards. The assembly knows the numbers.
enum class ScalingRule : int {
  twice = 0,           // rounding::Double rounds ties away from zero: negative numbers less one first
  twice_positive = 1,  // not where the clamp makes all negative numbers the same anyway, as with RELU
  once = 2,            // rounding::Single: the product is cut off, only the shift rounds
};

template <class Rounding>
constexpr ScalingRule scaling_rule(std::int32_t zero_point, const Clamp& clamp) {
  if (std::is_same_v<Rounding, rounding::Single>) return ScalingRule::once;
  return clamp.min >= zero_point ? ScalingRule::twice_positive : ScalingRule::twice;
}

// The plain C++ of the vector scaling; a stage that is not narrow takes Rounding instead.
template <ScalingRule rule>
struct VectorScaling {
  static constexpr std::int32_t multiply(std::int32_t value, std::int32_t multiplier, std::int32_t shift) {
    constexpr std::int64_t half = rule == ScalingRule::once ? 0 : std::int64_t{1} << 30;
    auto high = static_cast<std::int32_t>((std::int64_t{value} * multiplier + half) >> 31);
    if (rule == ScalingRule::twice) high += high >> 31;
    return shift == 0 ? high : static_cast<std::int32_t>(((high >> (-shift - 1)) + std::int64_t{1}) >> 1);
  }
};

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
