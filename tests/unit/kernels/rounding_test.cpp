// SPDX-License-Identifier: Apache-2.0
// The rounding rules against models in wide integers that use division and comparison only.
#include "coinfer/rounding.hpp"

#include <gtest/gtest.h>

#include "random.hpp"

namespace coinfer::test {
namespace {

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();

struct Quotient {
  std::int64_t floor;
  std::int64_t rest;  // in [0, divisor)
};

Quotient divide(std::int64_t value, std::int64_t divisor) {
  const std::int64_t rest = ((value % divisor) + divisor) % divisor;
  return {(value - rest) / divisor, rest};
}

// Nearest; ties upwards in the product, then away from zero in the right shift.
std::int64_t double_model(std::int32_t value, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t scaled = shift > 0 ? value * (std::int64_t{1} << shift) : value;
  const Quotient product = divide(scaled * multiplier, std::int64_t{1} << 31);
  const std::int64_t high = product.floor + (product.rest >= (std::int64_t{1} << 30) ? 1 : 0);
  if (shift >= 0) return high;
  const std::int64_t divisor = std::int64_t{1} << -shift;
  const Quotient result = divide(high, divisor);
  const bool up = result.rest * 2 > divisor || (result.rest * 2 == divisor && high >= 0);
  return result.floor + (up ? 1 : 0);
}

// Nearest, ties upwards.
std::int64_t single_model(std::int32_t value, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t divisor = std::int64_t{1} << (31 - shift);
  const Quotient result = divide(std::int64_t{value} * multiplier, divisor);
  return result.floor + (result.rest >= divisor / 2 ? 1 : 0);
}

// Values of all magnitudes; the ends of the range and exact ties more often than chance has them.
std::int32_t random_value(Random& random) {
  if (random.one_in(16)) return random.one_in(2) ? lowest : highest;
  const std::int32_t value = random.between(lowest, highest) >> random.between(0, 31);
  return random.one_in(4) ? value & -(1 << random.between(0, 30)) : value;
}

TEST(Rounding, DoubleIsNearestTwice) {
  Random random(1);
  for (int i = 0; i < 2'000'000; ++i) {
    const std::int32_t value = random_value(random);
    const std::int32_t multiplier = random.multiplier();
    const std::int32_t shift = random.between(-31, 0);
    ASSERT_EQ(rounding::Double::multiply(value, multiplier, shift), double_model(value, multiplier, shift))
        << value << " * " << multiplier << " << " << shift;
  }
}

TEST(Rounding, DoubleShiftsLeftFirst) {
  Random random(2);
  for (int i = 0; i < 500'000; ++i) {
    const std::int32_t shift = random.between(1, 30);
    const std::int32_t value = random_value(random) >> shift;  // the contract: nothing is shifted out
    const std::int32_t multiplier = random.multiplier();
    ASSERT_EQ(rounding::Double::multiply(value, multiplier, shift), double_model(value, multiplier, shift))
        << value << " * " << multiplier << " << " << shift;
  }
}

TEST(Rounding, SingleIsNearestOnce) {
  Random random(3);
  for (int i = 0; i < 2'000'000; ++i) {
    const std::int32_t value = random_value(random);
    const std::int32_t multiplier = random.multiplier();
    const std::int32_t shift = random.between(-31, 0);
    ASSERT_EQ(rounding::Single::multiply(value, multiplier, shift), single_model(value, multiplier, shift))
        << value << " * " << multiplier << " << " << shift;
  }
}

TEST(Rounding, TheRulesDifferByAtMostOne) {
  Random random(4);
  int different = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::int32_t value = random.between(-100'000, 100'000);
    const std::int32_t multiplier = random.multiplier();
    const std::int32_t shift = random.between(-14, -3);
    const std::int32_t difference = rounding::Double::multiply(value, multiplier, shift) -
                                    rounding::Single::multiply(value, multiplier, shift);
    ASSERT_LE(std::abs(difference), 1);
    different += difference != 0 ? 1 : 0;
  }
  EXPECT_GT(different, 0);
}

TEST(Rounding, TiesGoWhereTheSourceSendsThem) {
  constexpr std::int32_t half = 1 << 30;                    // 1/2 in Q31
  EXPECT_EQ(rounding::Double::multiply(3, half, 0), 2);     // 1.5
  EXPECT_EQ(rounding::Double::multiply(-3, half, 0), -1);   // -1.5: upwards in the product
  EXPECT_EQ(rounding::Double::multiply(6, half, -1), 2);    // 3 / 2
  EXPECT_EQ(rounding::Double::multiply(-6, half, -1), -2);  // -3 / 2: away from zero in the shift
  EXPECT_EQ(rounding::Single::multiply(6, half, -1), 2);
  EXPECT_EQ(rounding::Single::multiply(-6, half, -1), -1);
}

TEST(Rounding, DoublingHighSaturates) {
  EXPECT_EQ(rounding::Double::doubling_high(lowest, lowest), highest);
  EXPECT_EQ(rounding::Double::doubling_high(lowest, highest), lowest + 1);
}

}  // namespace
}  // namespace coinfer::test
