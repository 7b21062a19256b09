// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/reference/fixed_point.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::fixed_point {

// 1 / sqrt(input) = multiplier * 2^(shift - 31).
struct InverseSquareRoot {
  std::int32_t multiplier;
  std::int32_t shift;
};

// Five Newton-Raphson steps from 1, with 3 integer bits. 0 counts as 1.
// Source: tensorflow/lite/kernels/internal/common.h, GetInvSqrtQuantizedMultiplierExp.
constexpr InverseSquareRoot inverse_square_root(std::int32_t input) {
  if (input <= 1) return {one, 0};
  constexpr std::int32_t three_halves = 3 << 27;
  constexpr std::int32_t half_square_root_of_2 = 1518500250;
  std::int32_t right_shift = 11;
  for (; input >= (1 << 29); ++right_shift) input /= 4;
  for (; input < (1 << 27); --right_shift) input *= 4;
  const std::int32_t half = divide(input >> 1, 1);
  std::int32_t x = 1 << 28;
  for (int step = 0; step < 5; ++step) {
    const std::int32_t cube = saturating_shift_left(multiply(multiply(x, x), x), 6);
    x = saturating_shift_left(multiply(three_halves, x) - multiply(half, cube), 3);
  }
  x = multiply(x, half_square_root_of_2);
  if (right_shift < 0) return {x * (1 << -right_shift), 0};
  return {x, -right_shift};
}

}  // namespace coinfer::kernels::fixed_point
COINFER_CODE_END
