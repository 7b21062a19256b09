// SPDX-License-Identifier: Apache-2.0
// Packed weight layouts: every value has a place of its own, the places are those the kernels rely on, and
// the reference set computes the same from each layout.
#include <algorithm>
#include <type_traits>

#include "check_rows.hpp"
#include "test_weights.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Bytes = std::vector<std::int8_t>;

template <class Rounding, class Weights>
void run(const Conv2d& p, const Weights& w, const Bytes& in, Bytes& out) {
  Reference::conv_2d_s8<Rounding>(p, w, whole_tensor(in.data(), p.in), whole_tensor(out.data(), p.out),
                                  {0, p.out.height}, {});
}
template <class Rounding, class Weights>
void run(const DepthwiseConv2d& p, const Weights& w, const Bytes& in, Bytes& out) {
  Reference::depthwise_conv_2d_s8<Rounding>(p, w, whole_tensor(in.data(), p.in),
                                            whole_tensor(out.data(), p.out), {0, p.out.height}, {});
}
template <class Rounding, class Weights>
void run(const FullyConnected& p, const Weights& w, const Bytes& in, Bytes& out) {
  Reference::fully_connected_s8<Rounding>(p, w, whole_tensor(in.data(), p.in),
                                          whole_tensor(out.data(), p.out), {0, p.out.height}, {});
}

template <class Rounding, class Layout, class Params>
void expect_same(const Params& p, const TestWeights& weights, const TestPacked<Layout>& packed,
                 const Bytes& in) {
  Bytes expected(static_cast<std::size_t>(p.out.elements()));
  Bytes found(expected.size());
  run<Rounding>(p, weights.view(), in, expected);
  run<Rounding>(p, packed.view(), in, found);
  EXPECT_EQ(expected, found);
}

// Every value can be read back, and what is left of the bytes is zero.
template <class Layout, class Params>
void expect_bijection(const Params& p, const TestWeights& weights, const TestPacked<Layout>& packed) {
  std::vector<int> uses(packed.filter.size(), 0);
  for (std::int32_t m = 0; m < p.out.channels; ++m) {
    const bool constant = layout::simplified_channel(p, weights.view(), m).constant;
    layout::for_taps(p, [&](auto... tap) {
      ++uses.at(static_cast<std::size_t>(Layout::filter_index(p, m, tap...)));
      EXPECT_EQ(layout::filter_value(p, packed.view(), m, tap...),
                constant ? 0 : layout::filter_value(p, weights.view(), m, tap...));
    });
  }
  EXPECT_EQ(std::count(uses.begin(), uses.end(), 1), static_cast<std::ptrdiff_t>(weights.filter.size()));
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (uses[i] == 0) {
      EXPECT_EQ(packed.filter[i], 0) << i;
    }
  }
}

template <class Layout, class Params>
void check(const Params& p, Random& random) {
  const TestWeights weights(layout::TensorFlow::filter_bytes(p), p.out.channels, p.per_channel, random);
  const TestPacked<Layout> packed(p, weights);
  const Bytes in = random.elements<std::int8_t>(p.in.elements());
  expect_bijection(p, weights, packed);
  expect_same<rounding::Double>(p, weights, packed, in);
  expect_same<rounding::Single>(p, weights, packed, in);
}

template <class Layout>
class Layouts : public testing::Test {};
using Packed = testing::Types<layout::Dsp, layout::Helium>;
TYPED_TEST_SUITE(Layouts, Packed);

TYPED_TEST(Layouts, Conv2d) {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(8, 8, 9);
    p.out = p.in;
    if (!random.one_in(4)) p.window = random.window(p.in, p.out, true);
    p.out.channels = random.between(1, 9);
    fill_quantization(p, random);
    check<TypeParam>(p, random);
  });
}

TYPED_TEST(Layouts, DepthwiseConv2d) {
  for_random_cases([](Random& random) {
    DepthwiseConv2d p;
    p.in = random.shape(8, 8, 9);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = p.in.channels * random.between(1, 4);
    fill_quantization(p, random);
    check<TypeParam>(p, random);
  });
}

TYPED_TEST(Layouts, FullyConnected) {
  for_random_cases([](Random& random) {
    FullyConnected p;
    p.in = random.shape(1, 1, 100);
    p.input_depth = p.in.channels;
    p.out.channels = random.between(1, 20);
    fill_quantization(p, random);
    check<TypeParam>(p, random);
  });
}

// A filter whose values count up in TensorFlow's order, in the order of the layout.
template <class Layout, class Params>
Bytes packed_counting(const Params& p) {
  TestWeights weights{};
  for (std::int32_t i = 1; i <= layout::TensorFlow::filter_bytes(p); ++i) {
    weights.filter.push_back(static_cast<std::int8_t>(i));
  }
  weights.multiplier.assign(static_cast<std::size_t>(p.out.channels), 1 << 30);
  weights.shift.assign(weights.multiplier.size(), -4);
  return TestPacked<Layout>(p, weights).filter;
}

TEST(DspLayout, MatrixProductInterleavesTwoChannelsByFourTaps) {
  Conv2d p;
  p.in.channels = 5;
  p.out.channels = 3;
  EXPECT_EQ(packed_counting<layout::Dsp>(p), (Bytes{1,  2,  3,  4,  6,  7, 8, 9, 5, 0, 0, 0, 10, 0, 0, 0,  //
                                                    11, 12, 13, 14, 15, 0, 0, 0}));
}

TEST(DspLayout, TheRestOfEachWindowRowComesAtTheEnd) {
  Conv2d p;
  p.in.channels = 3;
  p.out.channels = 1;
  p.window = window(3, 3);
  EXPECT_EQ(packed_counting<layout::Dsp>(p),
            (Bytes{1,  2,  3,  4,  5,  6,  7,  8,  10, 11, 12, 13, 14, 15,  //
                   16, 17, 19, 20, 21, 22, 23, 24, 25, 26, 9,  18, 27, 0}));
}

TEST(DspLayout, WindowRowsAreFilledUpWhereThatTakesNoMoreRoom) {
  DepthwiseConv2d p;
  p.out.channels = 2;
  p.window = window(3, 3);
  EXPECT_EQ(packed_counting<layout::Dsp>(p), (Bytes{1, 3,  5,  0, 2,  4,  6,  0, 7,  9,  11, 0,  //
                                                    8, 10, 12, 0, 13, 15, 17, 0, 14, 16, 18, 0}));
}

TEST(DspLayout, DepthwiseRowsAreInTheOrderThatWideningUndoes) {
  DepthwiseConv2d p;
  p.in.channels = 2;
  p.out.channels = 2;
  p.window = window(1, 5);
  EXPECT_EQ(packed_counting<layout::Dsp>(p), (Bytes{1, 5, 3, 7, 9, 0, 0, 0, 2, 6, 4, 8, 10, 0, 0, 0}));
}

TEST(DspLayout, FullyConnectedInterleavesFourChannels) {
  FullyConnected p;
  p.in.channels = p.input_depth = 4;
  p.out.channels = 5;
  EXPECT_EQ(packed_counting<layout::Dsp>(p),
            (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}));
}

TEST(DspLayout, FoldsTheZeroPointIntoTheBias) {
  FullyConnected p;
  p.in.channels = p.input_depth = 2;
  p.in_zero_point = -3;
  TestWeights weights{};
  weights.filter = {10, -4};
  weights.bias = {100};
  weights.multiplier = {1 << 30};
  weights.shift = {-5};
  const TestPacked<layout::Dsp> packed(p, weights);
  EXPECT_EQ(packed.channels[0].bias, 100 + 3 * 6);
  EXPECT_EQ(packed.channels[0].multiplier, 1 << 30);
  EXPECT_EQ(packed.channels[0].shift, 4);
}

TEST(DspLayout, ChannelsThatAreTheSameForEveryInputHaveNoFilter) {
  FullyConnected p;
  p.in.channels = p.input_depth = 1;
  TestWeights weights{};
  weights.filter = {1};
  weights.bias = {(3 << 25) + 1000};  // three after the scale, give or take 2^-17
  weights.multiplier = {1 << 30};
  weights.shift = {-24};
  const TestPacked<layout::Dsp> constant(p, weights);
  EXPECT_EQ(constant.filter[0], 0);
  EXPECT_TRUE(constant.narrow);
  EXPECT_EQ(constant.channels[0].bias, 3 * 8);
  weights.bias = {5 << 24};  // two and a half, give or take
  const TestPacked<layout::Dsp> varying(p, weights);
  EXPECT_EQ(varying.filter[0], 1);
  EXPECT_FALSE(varying.narrow);
}

TEST(DspLayout, NarrowMeansSmallAccumulatorsAndRightShifts) {
  const auto narrow = [](std::int32_t depth, std::int8_t shift) {
    FullyConnected p;
    p.in.channels = p.input_depth = depth;
    TestWeights weights{};
    weights.filter.assign(static_cast<std::size_t>(depth), 127);
    weights.multiplier = {1 << 30};
    weights.shift = {shift};
    return layout::Dsp::narrow(p, weights.view());
  };
  constexpr std::int32_t most = (1 << 30) / (127 * 128);
  EXPECT_TRUE(narrow(most, -2));
  EXPECT_FALSE(narrow(most + 1, -2));
  EXPECT_TRUE(narrow(most, -1));
  EXPECT_FALSE(narrow(most, 0));
  EXPECT_TRUE(narrow(most, -23));
  EXPECT_FALSE(narrow(most, -24));
}

TEST(HeliumLayout, MatrixProductTakesVectorsOfFourChannelsInTurn) {
  FullyConnected p;
  p.in.channels = p.input_depth = 18;
  p.out.channels = 5;
  const Bytes packed = packed_counting<layout::Helium>(p);
  ASSERT_EQ(packed.size(), 2U * 4 * 32);
  EXPECT_EQ(packed[13], 0);  // 14 zeros in front
  EXPECT_EQ(packed[14], 1);
  EXPECT_EQ(packed[16 + 14], 19);      // the second channel
  EXPECT_EQ(packed[64], 3);            // the second vector
  EXPECT_EQ(packed[64 + 3 * 16], 57);  // of the fourth channel
  EXPECT_EQ(packed[128 + 14], 73);     // the second block
}

TEST(HeliumLayout, WindowsAreTakenByColumns) {
  Conv2d p;
  p.in.channels = 2;
  p.window = window(2, 4);
  EXPECT_EQ(packed_counting<layout::Helium>(p),
            (Bytes{1, 2, 9, 10, 3, 4, 11, 12, 5, 6, 13, 14, 7, 8, 15, 16,  //
                   0, 0, 0, 0,  0, 0, 0,  0,  0, 0, 0,  0,  0, 0, 0,  0,   //
                   0, 0, 0, 0,  0, 0, 0,  0,  0, 0, 0,  0,  0, 0, 0,  0,   //
                   0, 0, 0, 0,  0, 0, 0,  0,  0, 0, 0,  0,  0, 0, 0,  0}));
}

TEST(HeliumLayout, DepthwiseChannelsAreTakenByColumns) {
  DepthwiseConv2d p;
  p.in.channels = p.out.channels = 2;
  p.window = window(3, 3);
  EXPECT_EQ(packed_counting<layout::Helium>(p),
            (Bytes{1, 7, 13, 3, 9,  15, 5, 11, 17, 0, 0, 0, 0, 0, 0, 0,  //
                   2, 8, 14, 4, 10, 16, 6, 12, 18, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(HeliumLayout, DepthwiseTallOutputsSwapRowsAndColumns) {
  DepthwiseConv2d p;
  p.out.height = p.in.height = 25;
  p.out.width = p.in.width = 5;
  p.in.channels = p.out.channels = 2;
  p.window = window(2, 3);
  EXPECT_EQ(packed_counting<layout::Helium>(p), (Bytes{1, 3, 5, 7, 9,  11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                                                       2, 4, 6, 8, 10, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(HeliumLayout, NarrowMeansRightShiftsWhereSomethingIsScaled) {
  FullyConnected p;
  p.in.channels = p.input_depth = 1;
  TestWeights weights{};
  weights.filter = {1};
  weights.bias = {0};
  weights.multiplier = {1 << 30};
  weights.shift = {-31};
  const auto narrow = [&] { return layout::Helium::narrow(p, weights.view()); };
  EXPECT_TRUE(narrow());
  weights.shift = {-1};
  EXPECT_TRUE(narrow());
  weights.shift = {0};
  EXPECT_FALSE(narrow());
  weights.multiplier = {0};
  EXPECT_TRUE(narrow());
}

}  // namespace
}  // namespace coinfer::test
