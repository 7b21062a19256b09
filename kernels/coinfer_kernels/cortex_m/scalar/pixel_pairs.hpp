// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"

// Where a core multiplies nothing but words, one multiplication still makes two products: of a filter value
// and two pixels that share a word.
COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// low + high * 2^16, both int8: as a number, not as two fields.
using PixelPair = std::uint32_t;

constexpr PixelPair pixel_pair(std::int32_t low, std::int32_t high) {
  return static_cast<PixelPair>(low) + (static_cast<PixelPair>(high) << 16);
}

// The sums of products of two pixels with one filter, two taps to a step. The products of a step, low and
// high, are each in [-32512, 32768]; `step_start` brings them to [255, 65535] and [-32513, 32767], so that
// the upper half of the word is exact for any int8. `high` adds up those halves, `both` the words; what they
// have too much of, start() has taken off before.
struct PairSums {
  std::uint32_t both;
  std::int32_t high;

  static constexpr std::uint32_t step_start = 0xFFFF7FFF;

  // Both sums are `bias` before `steps` steps.
  static constexpr PairSums start(std::int32_t bias, std::int32_t steps) {
    const auto from = static_cast<std::uint32_t>(bias);
    const auto count = static_cast<std::uint32_t>(steps);
    return {from + (from << 16) - step_start * count, static_cast<std::int32_t>(from + count)};
  }

  void add_step(PixelPair first, std::int32_t first_tap, PixelPair second, std::int32_t second_tap) {
    const std::uint32_t step = first * static_cast<std::uint32_t>(first_tap) +
                               second * static_cast<std::uint32_t>(second_tap) + step_start;
    both += step;
    high = dsp::wrapped_sum(high, static_cast<std::int32_t>(step) >> 16);
  }

  std::int32_t low() const {
    return static_cast<std::int32_t>(both - (static_cast<std::uint32_t>(high) << 16));
  }
};

static_assert(sizeof(PairSums) == 8 && offsetof(PairSums, high) == 4,
              "coinfer: the assembly of the products relies on these");

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
