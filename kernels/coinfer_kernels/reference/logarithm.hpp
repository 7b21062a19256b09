// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/reference/fixed_point.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::fixed_point {

constexpr std::int32_t leading_zeros(std::int32_t positive) {
  std::int32_t zeros = 1;
  while ((positive >> (31 - zeros)) == 0) ++zeros;
  return zeros;
}

// log(x) for x >= 1 with 12 integer bits; the result has 5. The power of two closest to x, and to x times the
// square root of 1/2, gives the whole part, a rational function of what is left the rest.
// Source: tensorflow/lite/kernels/internal/common.h, log_x_for_x_greater_than_or_equal_to_1_impl.
constexpr std::int32_t log_of_at_least_one(std::int32_t x) {
  constexpr std::int32_t log_of_2 = 1488522236;
  constexpr std::int32_t fourth_root_of_half = 1805811301;
  constexpr std::int32_t root_of_half = 1518500250;
  constexpr std::int32_t numerator_cubic = 117049297;
  constexpr std::int32_t denominator_square = 127690142;
  constexpr std::int32_t denominator_constant = 1057819769;
  constexpr std::int32_t denominator_linear = 638450708;
  constexpr std::int32_t input_bits = 12;
  constexpr std::int32_t sum_bits = 6;
  constexpr std::int32_t quarter = 1 << (29 - sum_bits);

  const std::int32_t zeros = leading_zeros(x);
  const std::int32_t normalized = saturating_shift_left(x, zeros - 1);
  const std::int32_t remainder_a = saturating_shift_left(multiply(normalized, root_of_half), 1);
  const std::int32_t whole_a = (input_bits - zeros) * (1 << (31 - sum_bits)) + quarter;
  const std::int32_t headroom = leading_zeros(multiply(x, root_of_half)) - 1;
  const std::int32_t remainder_b = saturating_shift_left(x, headroom);
  const std::int32_t whole_b = (input_bits - headroom) * (1 << (31 - sum_bits)) - quarter;
  const std::int32_t remainder = remainder_a < remainder_b ? remainder_a : remainder_b;
  const std::int32_t whole = whole_a > whole_b ? whole_a : whole_b;

  const auto middle = static_cast<std::int32_t>((std::int64_t{remainder} + fourth_root_of_half + 1) / 2);
  const std::int32_t q = 2 * (remainder - fourth_root_of_half);
  const std::int32_t square = multiply(q, q);
  const std::int32_t numerator = multiply(q, remainder) + multiply(multiply(q, square), numerator_cubic);
  const std::int32_t denominator =
      multiply(middle, denominator_constant + q + multiply(denominator_square, square)) +
      multiply(denominator_linear, q);
  const std::int32_t fraction = multiply(divide(numerator, sum_bits), one_over_one_plus(denominator));
  return saturating_shift_left(multiply(whole, log_of_2) + fraction, 1);
}

}  // namespace coinfer::kernels::fixed_point
COINFER_CODE_END
