// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Rule = rounding::Double;
using Bytes = std::vector<std::int8_t>;

// An operand of that many elements along each axis, or one.
Shape operand(const Shape& out, Random& random) {
  if (random.one_in(2)) return out;
  return {random.one_in(2) ? 1 : out.height, random.one_in(2) ? 1 : out.width,
          random.one_in(2) ? 1 : out.channels};
}

template <class Params>
Params random_shapes(Random& random) {
  Params p;
  p.out = random.shape(6, 6, 12);
  p.first = operand(p.out, random);
  p.second = operand(p.out, random);
  return p;
}

Input<std::int8_t> random_operand(const Shape& shape, const Shape& out, Random& random) {
  const bool one_row = shape.height == 1 && out.height > 1;
  return {shape, random.elements<std::int8_t>(shape.elements()),
          [one_row](RowRange rows) {
            return one_row ? RowRange{0, 1} : rows;
          },
          false, shape == out};
}

template <class Params, class Kernel>
void check(const Params& p, const Kernel& kernel, Random& random) {
  check_rows<std::int8_t, std::int8_t>(
      {random_operand(p.first, p.out, random), random_operand(p.second, p.out, random)}, p.out,
      kernels::Portable::scratch_bytes(p), kernel, random);
}

TEST(Kernels, BroadcastAdd) {
  for_random_cases([](Random& random) {
    auto p = random_shapes<BroadcastAdd>(random);
    p.first_scale = {random.zero_point(), random.multiplier(), random.between(-8, 0)};
    p.second_scale = {random.zero_point(), random.multiplier(), random.between(-8, 0)};
    p.negate_first = random.one_in(3);
    p.negate_second = random.one_in(3);
    p.out_zero_point = random.zero_point();
    p.out_multiplier = random.multiplier();
    p.out_shift = random.between(-31, 0);
    p.clamp = random.clamp();
    check(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template broadcast_add_s8<Rounding>(p, in[0], in[1], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Mul) {
  for_random_cases([](Random& random) {
    auto p = random_shapes<Mul>(random);
    p.first_zero_point = random.zero_point();
    p.second_zero_point = random.zero_point();
    p.out_zero_point = random.zero_point();
    p.multiplier = random.multiplier();
    p.shift = random.one_in(8) ? random.between(-31, 14) : random.between(-12, -4);
    p.clamp = random.clamp();
    check(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template mul_s8<Rounding>(p, in[0], in[1], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, MinimumAndMaximum) {
  for_random_cases([](Random& random) {
    const auto p = random_shapes<Minimum>(random);
    const auto q = random_shapes<Maximum>(random);
    check(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template minimum_s8<Rounding>(p, in[0], in[1], out, rows, scratch);
        },
        random);
    check(
        q,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template maximum_s8<Rounding>(q, in[0], in[1], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Prelu) {
  for_random_cases([](Random& random) {
    auto p = random_shapes<Prelu>(random);
    p.in_zero_point = random.zero_point();
    p.alpha_zero_point = random.zero_point();
    p.out_zero_point = random.zero_point();
    p.multiplier = random.multiplier();
    p.shift = random.between(-4, 4);
    p.alpha_multiplier = random.multiplier();
    p.alpha_shift = random.one_in(8) ? random.between(-31, 14) : random.between(-10, -2);
    check(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template prelu_s8<Rounding>(p, in[0], in[1], out, rows, scratch);
        },
        random);
  });
}

// 2 x 1 x 2 with a row of channels, an element per row and one element.
template <class Params>
Bytes broadcast(Params p, const Shape& second, const Bytes& values,
                void (*kernel)(const Params&, Rows<const std::int8_t>, Rows<const std::int8_t>,
                               Rows<std::int8_t>, RowRange, Scratch)) {
  const Bytes first = {1, -2, 3, 4};
  p.first = p.out = {2, 1, 2};
  p.second = second;
  Bytes out(4);
  kernel(p, whole_tensor(first.data(), p.first), whole_tensor(values.data(), second),
         whole_tensor(out.data(), p.out), {0, 2}, {});
  return out;
}

TEST(Specification, MinimumAndMaximumBroadcast) {
  EXPECT_EQ(broadcast<Minimum>({}, {1, 1, 2}, {2, 0}, Reference::minimum_s8<Rule>), (Bytes{1, -2, 2, 0}));
  EXPECT_EQ(broadcast<Maximum>({}, {2, 1, 1}, {0, 4}, Reference::maximum_s8<Rule>), (Bytes{1, 0, 4, 4}));
  EXPECT_EQ(broadcast<Maximum>({}, {1, 1, 1}, {2}, Reference::maximum_s8<Rule>), (Bytes{2, 2, 3, 4}));
}

TEST(Specification, MulSubtractsTheZeroPoints) {
  Mul p;
  p.first_zero_point = 1;
  p.second_zero_point = -1;
  p.out_zero_point = 10;
  p.multiplier = 1 << 30;  // a half
  EXPECT_EQ(broadcast(p, {1, 1, 2}, {1, 3}, Reference::mul_s8<Rule>), (Bytes{10, 4, 12, 16}));
}

TEST(Specification, PreluScalesNegativeValuesByAlpha) {
  Prelu p;
  p.in_zero_point = 1;
  p.alpha_zero_point = 2;
  p.out_zero_point = -5;
  p.multiplier = p.alpha_multiplier = 1 << 30;
  p.shift = 1;
  p.alpha_shift = -1;
  // -3 * (8 - 2) / 4 rounds to -5 away from zero; the others are their own distance from the zero point.
  EXPECT_EQ(broadcast(p, {1, 1, 2}, {100, 8}, Reference::prelu_s8<Rule>), (Bytes{-5, -10, -3, -2}));
}

TEST(Specification, SubtractionIsAnAdditionOfTheNegated) {
  BroadcastAdd p;
  p.first_scale = p.second_scale = {0, 1 << 30, 0};  // a half
  p.out_multiplier = 1 << 30;
  p.out_shift = 2 - Add::left_shift;
  p.negate_second = true;
  EXPECT_EQ(broadcast(p, {1, 1, 2}, {3, 5}, Reference::broadcast_add_s8<Rule>), (Bytes{-2, -7, 0, -1}));
  p.negate_first = true;
  p.negate_second = false;
  EXPECT_EQ(broadcast(p, {1, 1, 2}, {3, 5}, Reference::broadcast_add_s8<Rule>), (Bytes{2, 7, 0, 1}));
}

}  // namespace
}  // namespace coinfer::test
