// SPDX-License-Identifier: Apache-2.0
#include "check_rows.hpp"

namespace coinfer::test {
namespace {

template <class Pool>
Pool random_pool(Random& random) {
  Pool p;
  p.in = random.shape(12, 12, 40);
  p.window = random.window(p.in, p.out, false);
  p.out.channels = p.in.channels;
  p.clamp = random.clamp();
  return p;
}

TEST(Kernels, AveragePool2d) {
  for_random_cases([](Random& random) {
    const auto p = random_pool<AveragePool2d>(random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template average_pool_2d_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, MaxPool2d) {
  for_random_cases([](Random& random) {
    const auto p = random_pool<MaxPool2d>(random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template max_pool_2d_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Mean) {
  for_random_cases([](Random& random) {
    Mean p;
    p.in = random.shape(9, 9, 40);
    const std::int32_t axes = random.one_in(3) ? 3 : random.between(0, 7);  // 3: height and width
    p.over_height = (axes & 1) != 0;
    p.over_width = (axes & 2) != 0;
    p.over_channels = (axes & 4) != 0;
    const Shape kept = {p.over_height ? 1 : p.in.height, p.over_width ? 1 : p.in.width,
                        p.over_channels ? 1 : p.in.channels};
    // Without keep_dims the rank drops, and what is left moves to the right.
    p.out = random.one_in(2) ? kept : Shape{1, kept.height * kept.width, kept.channels};
    // The contract allows any arrangement of the same elements: here each in a row of its own.
    if (random.one_in(4)) p.out = {kept.elements(), 1, 1};
    p.in_zero_point = random.zero_point();
    p.out_zero_point = random.zero_point();
    p.multiplier = random.multiplier();
    p.shift = random.one_in(8) ? random.between(-31, 5) : random.between(-2, 3);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template mean_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

}  // namespace
}  // namespace coinfer::test
