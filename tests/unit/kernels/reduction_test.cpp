// SPDX-License-Identifier: Apache-2.0
// MEAN, SUM, REDUCE_MAX, ARG_MAX over any axes.
#include <algorithm>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

using Bytes = std::vector<std::int8_t>;

template <class Op>
Op random_reduction(Random& random, std::int32_t axes) {
  Op p;
  p.in = random.shape(9, 9, 40);
  p.over_height = (axes & 1) != 0;
  p.over_width = (axes & 2) != 0;
  p.over_channels = (axes & 4) != 0;
  const Shape kept = {p.over_height ? 1 : p.in.height, p.over_width ? 1 : p.in.width,
                      p.over_channels ? 1 : p.in.channels};
  // Without keep_dims the rank drops, and what is left moves to the right.
  p.out = random.one_in(2) ? kept : Shape{1, kept.height * kept.width, kept.channels};
  // The contract allows any arrangement of the same elements: here each in a row of its own.
  if (random.one_in(4)) p.out = {kept.elements(), 1, 1};
  return p;
}

template <class Op>
Op random_scaled_reduction(Random& random) {
  auto p = random_reduction<Op>(random, random.one_in(3) ? 3 : random.between(0, 7));
  p.in_zero_point = random.zero_point();
  p.out_zero_point = random.zero_point();
  p.multiplier = random.multiplier();
  p.shift = random.one_in(8) ? random.between(-31, 5) : random.between(-2, 3);
  return p;
}

template <class Out, class Op, class Kernel>
void check(const Op& p, const Kernel& kernel, Random& random) {
  const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                 [&](RowRange rows) { return p.input_rows(rows); }};
  check_rows<std::int8_t, Out>({input}, p.out, kernels::Portable::scratch_bytes(p), kernel, random);
}

TEST(Kernels, Mean) {
  for_random_cases([](Random& random) {
    const auto p = random_scaled_reduction<Mean>(random);
    check<std::int8_t>(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template mean_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Sum) {
  for_random_cases([](Random& random) {
    const auto p = random_scaled_reduction<Sum>(random);
    check<std::int8_t>(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template sum_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, ReduceMax) {
  for_random_cases([](Random& random) {
    const auto p = random_reduction<ReduceMax>(random, random.between(0, 7));
    check<std::int8_t>(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template reduce_max_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, ArgMax) {
  for_random_cases([](Random& random) {
    const auto p = random_reduction<ArgMax>(random, 1 << random.between(0, 2));
    check<std::int32_t>(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template arg_max_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

// Each input element is pushed to the output that it belongs to.
TEST(Specification, Reductions) {
  for_random_cases([](Random& random) {
    const auto max = random_reduction<ReduceMax>(random, 1 << random.between(0, 2));
    ArgMax arg_max;
    static_cast<Reduction&>(arg_max) = max;
    Sum sum;
    static_cast<Reduction&>(sum) = max;
    sum.in_zero_point = random.between(-3, 3);
    sum.out_zero_point = random.between(-3, 3);
    sum.multiplier = 1 << 30;  // scale 1
    sum.shift = 1;
    Bytes in(static_cast<std::size_t>(max.in.elements()));
    for (auto& value : in) value = static_cast<std::int8_t>(random.between(-5, 5));
    const auto outputs = static_cast<std::size_t>(max.out.elements());
    std::vector<std::int32_t> sums(outputs, sum.out_zero_point);
    std::vector<std::int32_t> most(outputs, -129);
    std::vector<std::int32_t> where(outputs);
    std::size_t i = 0;
    for (std::int32_t y = 0; y < max.in.height; ++y) {
      for (std::int32_t x = 0; x < max.in.width; ++x) {
        for (std::int32_t c = 0; c < max.in.channels; ++c, ++i) {
          const std::int32_t to = max.over_height
                                      ? x * max.in.channels + c
                                      : (max.over_width ? y * max.in.channels + c : y * max.in.width + x);
          const auto o = static_cast<std::size_t>(to);
          sums[o] += in[i] - sum.in_zero_point;
          if (in[i] > most[o]) {
            most[o] = in[i];
            where[o] = max.over_height ? y : (max.over_width ? x : c);
          }
        }
      }
    }
    Bytes sum_out(outputs);
    Bytes max_out(outputs);
    std::vector<std::int32_t> arg_out(outputs);
    const auto rows = whole_tensor<const std::int8_t>(in.data(), max.in);
    const RowRange all{0, max.out.height};
    using Rule = rounding::Double;
    kernels::Reference::sum_s8<Rule>(sum, rows, whole_tensor(sum_out.data(), sum.out), all, {});
    kernels::Reference::reduce_max_s8<Rule>(max, rows, whole_tensor(max_out.data(), max.out), all, {});
    kernels::Reference::arg_max_s8<Rule>(arg_max, rows, whole_tensor(arg_out.data(), max.out), all, {});
    for (std::size_t o = 0; o < outputs; ++o) {
      ASSERT_EQ(sum_out[o], std::clamp<std::int32_t>(sums[o], -128, 127)) << o;
      ASSERT_EQ(max_out[o], most[o]) << o;
      ASSERT_EQ(arg_out[o], where[o]) << o;
    }
  });
}

}  // namespace
}  // namespace coinfer::test
