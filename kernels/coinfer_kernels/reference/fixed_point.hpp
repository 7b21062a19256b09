// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "coinfer/compiler.hpp"
#include "coinfer/rounding.hpp"

// The fixed-point functions that SOFTMAX, LOGISTIC and TANH are defined by: int32 with a stated number of
// integer bits, rounded after every multiplication. They always round twice, whatever the model's rounding
// rule. Source of the constants and of the order of operations: gemmlowp, fixedpoint/fixedpoint.h.
COINFER_CODE_BEGIN
namespace coinfer::kernels::fixed_point {

constexpr std::int32_t one = std::numeric_limits<std::int32_t>::max();  // 1.0 with no integer bits

constexpr std::int32_t multiply(std::int32_t a, std::int32_t b) {
  return rounding::Double::doubling_high(a, b);
}

constexpr std::int32_t divide(std::int32_t value, std::int32_t exponent) {
  return rounding::Double::divide_by_power_of_two(value, exponent);
}

constexpr std::int32_t saturating_shift_left(std::int32_t value, std::int32_t exponent) {
  const std::int32_t limit = std::numeric_limits<std::int32_t>::max() >> exponent;
  if (value > limit) return std::numeric_limits<std::int32_t>::max();
  if (value < -limit - 1) return std::numeric_limits<std::int32_t>::min();
  return value * (std::int32_t{1} << exponent);
}

// exp(x) for x in [-1/4, 0), no integer bits in and out: Taylor series around -1/8.
constexpr std::int32_t exp_near_zero(std::int32_t x) {
  constexpr std::int32_t exp_of_minus_eighth = 1895147668;
  constexpr std::int32_t third = 715827883;
  const std::int32_t t = x + (1 << 28);
  const std::int32_t t2 = multiply(t, t);
  const std::int32_t t3 = multiply(t2, t);
  const std::int32_t t4 = multiply(t2, t2);
  const std::int32_t higher = divide(multiply(divide(t4, 2) + t3, third) + t2, 1);
  return exp_of_minus_eighth + multiply(exp_of_minus_eighth, t + higher);
}

// exp(x) for x <= 0 with 4 or 5 integer bits; the result has none.
template <int integer_bits = 5>
constexpr std::int32_t exp_of_negative(std::int32_t x) {
  if (x == 0) return one;
  static_assert(integer_bits == 4 || integer_bits == 5, "the powers below reach that far");
  // exp(-2^i) for i = -2..4
  constexpr std::int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  constexpr std::int32_t quarter = 1 << (29 - integer_bits);
  const std::int32_t part = (x & (quarter - 1)) - quarter;  // in [-1/4, 0)
  const std::int32_t rest = part - x;                       // a multiple of 1/4
  std::int32_t result = exp_near_zero(saturating_shift_left(part, integer_bits));
  for (std::int32_t i = 0; i < integer_bits + 2; ++i) {
    if ((rest & (quarter << i)) != 0) result = multiply(result, powers[i]);
  }
  return result;
}

// 2 / (1 + x) for x in [0, 1) with no integer bits; the result has 2. Three Newton-Raphson steps.
constexpr std::int32_t two_over_one_plus(std::int32_t x) {
  constexpr std::int32_t c48_over_17 = 1515870810;
  constexpr std::int32_t c32_over_17 = 1010580540;
  constexpr std::int32_t one_in_2_bits = 1 << 29;
  const auto half = static_cast<std::int32_t>((std::int64_t{x} + one + 1) / 2);
  std::int32_t guess = c48_over_17 + multiply(half, -c32_over_17);
  for (int step = 0; step < 3; ++step) {
    guess += saturating_shift_left(multiply(guess, one_in_2_bits - multiply(half, guess)), 2);
  }
  return guess;
}

// 1 / (1 + x) for x in [0, 1), no integer bits.
constexpr std::int32_t one_over_one_plus(std::int32_t x) {
  return saturating_shift_left(two_over_one_plus(x), 1);
}

// 1 / (1 + exp(-x)) for x with 4 integer bits; the result has none.
constexpr std::int32_t logistic(std::int32_t x) {
  if (x == 0) return 1 << 30;
  const std::int32_t of_magnitude = one_over_one_plus(exp_of_negative<4>(x > 0 ? -x : x));
  return x > 0 ? of_magnitude : one - of_magnitude;
}

// tanh(x) for x with 4 integer bits, as (1 - e) / (1 + e) with e = exp(-2 |x|); the result has none.
constexpr std::int32_t tanh(std::int32_t x) {
  if (x == 0) return 0;
  constexpr std::int32_t one_in_2_bits = 1 << 29;
  // Doubling x costs no operation: the same bits with one integer bit more.
  const std::int32_t e = exp_of_negative<5>(x > 0 ? -x : x);
  const std::int32_t of_magnitude = saturating_shift_left(two_over_one_plus(e) - one_in_2_bits, 2);
  return x > 0 ? of_magnitude : -of_magnitude;
}

}  // namespace coinfer::kernels::fixed_point
COINFER_CODE_END
