// SPDX-License-Identifier: Apache-2.0
#include "check_rows.hpp"
#include "coinfer/overlap.hpp"
#include "coinfer_kernels/cortex_m.hpp"
#include "test_weights.hpp"

namespace coinfer::test {
namespace {

TEST(Kernels, Conv2d) {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(12, 12, random.one_in(3) ? 40 : 9);
    p.out = p.in;
    if (!random.one_in(4)) p.window = random.window(p.in, p.out, true);  // else pointwise
    p.out.channels = random.between(1, 20);
    fill_quantization(p, random);
    const LayoutWeights weights(p, random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    const auto kernel = [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows,
                                                       Scratch scratch) {
      Set::template conv_2d_s8<Rounding>(p, weights.template view<Set>(), in[0], out, rows, scratch);
    };
    check_rows<std::int8_t, std::int8_t>({input}, p.out, kernels::Portable::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMDsp, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMDsp::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMHelium, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMHelium::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMSmall, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMSmall::scratch_bytes(p), kernel, random);
  });
}

struct Int8Tensor {
  Shape shape;
  DataType type = DataType::s8;
};

TEST(Kernels, DepthwiseConv2d) {
  for_random_cases([](Random& random) {
    DepthwiseConv2d p;
    const bool multiplied = random.one_in(3);
    p.in = random.shape(12, 12, multiplied ? 6 : 40);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = p.in.channels * (multiplied ? random.between(2, 20) : 1);
    fill_quantization(p, random);
    const LayoutWeights weights(p, random);
    const Input<std::int8_t> input{
        p.in,
        random.elements<std::int8_t>(p.in.elements()),
        [&](RowRange rows) { return p.input_rows(rows); },
        false,
        false,
        p.in.channels > 1,
        overlap(p, Int8Tensor{p.in}, Int8Tensor{p.out}, DepthwiseOrder::channels).in_place};
    const auto kernel = [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows,
                                                       Scratch scratch) {
      Set::template depthwise_conv_2d_s8<Rounding>(p, weights.template view<Set>(), in[0], out, rows,
                                                   scratch);
    };
    check_rows<std::int8_t, std::int8_t>({input}, p.out, kernels::Portable::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMDsp, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMDsp::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMHelium, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMHelium::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMSmall, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMSmall::scratch_bytes(p), kernel, random);
  });
}

TEST(Kernels, FullyConnected) {
  for_random_cases([](Random& random) {
    FullyConnected p;
    p.in = random.shape(5, 5, 100);
    const bool flat = random.one_in(2);  // the input as one vector, or each pixel as one
    p.input_depth = flat ? p.in.elements() : p.in.channels;
    p.out = flat ? Shape{} : p.in;
    p.out.channels = random.between(1, 20);
    fill_quantization(p, random);
    const LayoutWeights weights(p, random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }, true};
    const auto kernel = [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows,
                                                       Scratch scratch) {
      Set::template fully_connected_s8<Rounding>(p, weights.template view<Set>(), in[0], out, rows, scratch);
    };
    check_rows<std::int8_t, std::int8_t>({input}, p.out, kernels::Portable::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMDsp, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMDsp::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMHelium, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMHelium::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMSmall, std::int8_t, std::int8_t>(
        {input}, p.out, kernels::CortexMSmall::scratch_bytes(p), kernel, random);
  });
}

// The upper word of a product, as cores without long multiplication make it.
TEST(Kernels, HighWordByHalves) {
  constexpr std::int32_t ends[] = {0,      1,       -1,        0x7FFF,     0x8000,
                                   0xFFFF, -0x8000, INT32_MAX, -INT32_MAX, INT32_MIN};
  const auto check = [](std::int32_t a, std::int32_t b, std::int32_t sum) {
    const std::int64_t product = std::int64_t{a} * b;
    const auto truncated = static_cast<std::int32_t>(product >> 32);
    const auto rounded = static_cast<std::int32_t>((product + (std::int64_t{1} << 31)) >> 32);
    EXPECT_EQ(kernels::dsp::add_high_by_halves(a, b, sum, false), kernels::dsp::wrapped_sum(sum, truncated));
    EXPECT_EQ(kernels::dsp::add_high_by_halves(a, b, sum, true), kernels::dsp::wrapped_sum(sum, rounded));
    EXPECT_EQ(kernels::dsp::add_high_of_long(a, b, sum, false), kernels::dsp::wrapped_sum(sum, truncated));
    EXPECT_EQ(kernels::dsp::add_high_of_long(a, b, sum, true), kernels::dsp::wrapped_sum(sum, rounded));
  };
  for (const std::int32_t a : ends) {
    for (const std::int32_t b : ends) check(a, b, 0);
  }
  for_random_cases([&](Random& random) {
    for (int i = 0; i < 100; ++i) {
      check(random.between(INT32_MIN, INT32_MAX), random.between(INT32_MIN, INT32_MAX),
            random.between(-99, 99));
    }
  });
}

// Any int8 by any int8 is exact in pairs, also where two products of -128 by -128 meet.
TEST(Kernels, PixelPairs) {
  constexpr std::int32_t ends[] = {-128, -127, 0, 127};
  for (int i = 0; i < 1 << 12; ++i) {
    const std::int32_t first[] = {ends[i & 3], ends[i >> 2 & 3]};
    const std::int32_t second[] = {ends[i >> 4 & 3], ends[i >> 6 & 3]};
    const std::int32_t taps[] = {ends[i >> 8 & 3], ends[i >> 10 & 3]};
    kernels::scalar::PairSums sums = kernels::scalar::PairSums::start(-12345, 3);
    for (int step = 0; step < 3; ++step) {
      sums.add_step(kernels::scalar::pixel_pair(first[0], second[0]), taps[0],
                    kernels::scalar::pixel_pair(first[1], second[1]), taps[1]);
    }
    EXPECT_EQ(sums.low(), 3 * (first[0] * taps[0] + first[1] * taps[1]) - 12345);
    EXPECT_EQ(sums.high, 3 * (second[0] * taps[0] + second[1] * taps[1]) - 12345);
  }
}

}  // namespace
}  // namespace coinfer::test
