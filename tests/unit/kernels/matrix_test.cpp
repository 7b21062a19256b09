// SPDX-License-Identifier: Apache-2.0
// TRANSPOSE_CONV and BATCH_MATMUL.
#include <algorithm>

#include "check_rows.hpp"
#include "test_weights.hpp"

namespace coinfer::test {
namespace {

using Bytes = std::vector<std::int8_t>;
using Rule = rounding::Double;
using kernels::Reference;

constexpr std::int32_t unit_multiplier = 1 << 30;  // with shift 1: scale 1
constexpr std::int8_t unit_shift = 1;

// The window of a convolution from the output back to the input.
TransposeConv random_transpose_conv(Random& random) {
  TransposeConv p;
  p.out = random.shape(12, 12, 9);
  p.in = p.out;
  p.window = random.window(p.out, p.in, false);
  p.in.channels = random.between(1, 9);
  return p;
}

TEST(Kernels, TransposeConv) {
  for_random_cases([](Random& random) {
    TransposeConv p = random_transpose_conv(random);
    fill_quantization(p, random);
    const TestWeights weights(p.out.channels * p.window.height * p.window.width * p.in.channels,
                              p.out.channels, p.per_channel, random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template transpose_conv_s8<Rounding>(p, weights.view(), in[0], out, rows, scratch);
        },
        random);
  });
}

BatchMatMul random_product(Random& random) {
  BatchMatMul p;
  const std::int32_t batches = random.between(1, 6);
  const std::int32_t m = random.between(1, 8);
  const std::int32_t k = random.between(1, 20);
  const std::int32_t n = random.between(1, 8);
  p.transpose_first = random.one_in(2);
  p.transpose_second = random.one_in(2);
  p.first = p.transpose_first ? Shape{batches, k, m} : Shape{batches, m, k};
  p.second = p.transpose_second ? Shape{batches, n, k} : Shape{batches, k, n};
  if (random.one_in(3)) (random.one_in(2) ? p.first : p.second).height = 1;
  p.out = {batches, m, n};
  p.first_zero_point = random.zero_point();
  p.second_zero_point = random.zero_point();
  p.out_zero_point = random.zero_point();
  p.multiplier = random.multiplier();
  p.shift = random.one_in(8) ? random.between(-31, 5) : random.between(-12, -4);
  return p;
}

TEST(Kernels, BatchMatMul) {
  for_random_cases([](Random& random) {
    const BatchMatMul p = random_product(random);
    const auto operand = [&](const Shape& shape) {
      return Input<std::int8_t>{shape, random.elements<std::int8_t>(shape.elements()),
                                [&p, shape](RowRange rows) { return p.operand_rows(shape, rows); }};
    };
    check_rows<std::int8_t, std::int8_t>(
        {operand(p.first), operand(p.second)}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template batch_mat_mul_s8<Rounding>(p, in[0], in[1], out, rows, scratch);
        },
        random);
  });
}

// As the source does it: every input pixel is added to the outputs that it reaches.
TEST(Specification, TransposeConv) {
  for_random_cases([](Random& random) {
    TransposeConv p = random_transpose_conv(random);
    p.per_channel = false;
    p.in_zero_point = random.between(-2, 2);
    p.out_zero_point = random.between(-5, 5);
    Bytes in(static_cast<std::size_t>(p.in.elements()));
    Bytes filter(static_cast<std::size_t>(p.out.channels * p.window.height * p.window.width * p.in.channels));
    for (auto& v : in) v = static_cast<std::int8_t>(random.between(-3, 3));
    for (auto& v : filter) v = static_cast<std::int8_t>(random.between(-3, 3));
    std::vector<std::int32_t> sums(static_cast<std::size_t>(p.out.elements()), p.out_zero_point);
    for (std::int32_t i = 0; i < p.in.elements(); ++i) {
      const std::int32_t c = i % p.in.channels;
      const std::int32_t top = i / p.in.channels / p.in.width * p.window.stride_height - p.window.pad_top;
      const std::int32_t left = i / p.in.channels % p.in.width * p.window.stride_width - p.window.pad_left;
      for (std::int32_t f = 0; f < static_cast<std::int32_t>(filter.size()) / p.in.channels; ++f) {
        const std::int32_t x = left + f % p.window.width;
        const std::int32_t y = top + f / p.window.width % p.window.height;
        const std::int32_t m = f / p.window.width / p.window.height;
        if (x < 0 || y < 0 || x >= p.out.width || y >= p.out.height) continue;
        sums.at(static_cast<std::size_t>((y * p.out.width + x) * p.out.channels + m)) +=
            (in.at(static_cast<std::size_t>(i)) - p.in_zero_point) *
            filter.at(static_cast<std::size_t>(f * p.in.channels + c));
      }
    }
    Bytes out(sums.size());
    Reference::transpose_conv_s8<Rule>(p, {filter.data(), nullptr, &unit_multiplier, &unit_shift},
                                       whole_tensor<const std::int8_t>(in.data(), p.in),
                                       whole_tensor(out.data(), p.out), {0, p.out.height}, {});
    for (std::size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], std::clamp<std::int32_t>(sums[i], -128, 127)) << i;
  });
}

TEST(Specification, BatchMatMul) {
  BatchMatMul p;
  p.first = {2, 2, 3};
  p.second = {1, 3, 2};
  p.out = {2, 2, 2};
  p.first_zero_point = 1;
  p.second_zero_point = -1;
  p.out_zero_point = 3;
  p.multiplier = unit_multiplier;
  p.shift = unit_shift;
  const Bytes first = {1, 2, 3, 4, 5, 6, 0, 0, 0, 1, 1, 2};  // less 1: 0 1 2, 3 4 5; -1 -1 -1, 0 0 1
  const Bytes second = {0, 1, 2, 3, 4, 5};                   // plus 1: 1 2, 3 4, 5 6
  const Bytes expected = {16, 19, 43, 55, -6, -9, 8, 9};
  const auto product = [&](const Bytes& a, const Bytes& b) {
    Bytes out(8);
    Reference::batch_mat_mul_s8<Rule>(p, whole_tensor<const std::int8_t>(a.data(), p.first),
                                      whole_tensor<const std::int8_t>(b.data(), p.second),
                                      whole_tensor(out.data(), p.out), {0, 2}, {});
    return out;
  };
  EXPECT_EQ(product(first, second), expected);
  p.transpose_second = true;
  p.second = {1, 2, 3};
  EXPECT_EQ(product(first, {0, 2, 4, 1, 3, 5}), expected);
  p.transpose_first = true;
  p.first = {2, 3, 2};
  EXPECT_EQ(product({1, 4, 2, 5, 3, 6, 0, 1, 0, 1, 0, 2}, {0, 2, 4, 1, 3, 5}), expected);
}

}  // namespace
}  // namespace coinfer::test
