// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rounding.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// The last step of every stage that scales: accumulator to the output's quantization. A scaled value near the
// ends of int32 wraps around when the zero point is added, as it does in TensorFlow Lite Micro.
template <class Rounding>
constexpr std::int32_t output_value(std::int32_t accumulator, std::int32_t multiplier, std::int32_t shift,
                                    std::int32_t zero_point, const Clamp& clamp) {
  const auto scaled = static_cast<std::uint32_t>(Rounding::multiply(accumulator, multiplier, shift));
  return clamp(static_cast<std::int32_t>(scaled + static_cast<std::uint32_t>(zero_point)));
}

// The same for the int64 accumulators of int16 activations, whose zero point is 0.
template <class Rounding>
constexpr std::int32_t output_value(std::int64_t accumulator, std::int32_t multiplier, std::int32_t shift,
                                    std::int32_t /*zero_point*/, const Clamp& clamp) {
  return clamp(rounding::multiply_wide(accumulator, multiplier, shift));
}

// Sums of products of activations T and filter values.
template <class T>
using Accumulator = std::conditional_t<std::is_same_v<T, std::int16_t>, std::int64_t, std::int32_t>;

}  // namespace coinfer::kernels
COINFER_CODE_END
