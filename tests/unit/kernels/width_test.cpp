// SPDX-License-Identifier: Apache-2.0
// int16 activations, 4-bit weights, CAST.
#include <algorithm>
#include <cmath>

#include "check_rows.hpp"
#include "test_weights.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Rule = rounding::Double;

struct WideTestWeights {
  WideTestWeights(std::int32_t filter_size, std::int32_t channels, Random& random)
      : filter(random.elements<std::int8_t>(filter_size)) {
    for (std::int32_t c = 0; c < channels; ++c) {
      bias.push_back(random.between(-(1 << 20), 1 << 20) * std::int64_t{random.one_in(4) ? 4096 : 1});
      multiplier.push_back(random.multiplier());
      shift.push_back(
          static_cast<std::int8_t>(random.one_in(8) ? random.between(-31, 7) : random.between(-12, -4)));
    }
  }
  WideWeights view() const { return {filter.data(), bias.data(), multiplier.data(), shift.data()}; }

  std::vector<std::int8_t> filter;
  std::vector<std::int64_t> bias;
  std::vector<std::int32_t> multiplier;
  std::vector<std::int8_t> shift;
};

template <class Op, class Kernel>
void check_wide(const Op& p, const Kernel& kernel, Random& random, bool packed = false) {
  const Input<std::int16_t> input{p.in, random.elements<std::int16_t>(p.in.elements()),
                                  [&](RowRange rows) { return p.input_rows(rows); }, packed};
  check_rows<std::int16_t, std::int16_t>({input}, p.out, 0, kernel, random);
}

TEST(Kernels, Conv2dOfInt16) {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(9, 9, 9);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = random.between(1, 9);
    p.clamp = {-32768, random.one_in(2) ? 32767 : 1000};
    const WideTestWeights weights(p.out.channels * p.window.height * p.window.width * p.in.channels,
                                  p.out.channels, random);
    check_wide(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template conv_2d_s16<Rounding>(p, weights.view(), in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, DepthwiseConv2dOfInt16) {
  for_random_cases([](Random& random) {
    DepthwiseConv2d p;
    p.in = random.shape(9, 9, 9);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = p.in.channels * random.between(1, 3);
    p.clamp = {-32768, 32767};
    const WideTestWeights weights(p.out.channels * p.window.height * p.window.width, p.out.channels, random);
    check_wide(
        p,
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template depthwise_conv_2d_s16<Rounding>(p, weights.view(), in[0], out, rows, scratch);
        },
        random);
  });
}

// The scaling keeps 15 bits of the multiplier, so that the value is right to about 2^-15 of itself.
TEST(Specification, FullyConnectedOfInt16IsNearTheRealFunction) {
  for_random_cases([](Random& random) {
    FullyConnected p;
    p.in = {1, 1, random.between(1, 200)};
    p.input_depth = p.in.channels;
    p.out.channels = random.between(1, 9);
    p.per_channel = true;
    p.clamp = {-32768, 32767};
    const WideTestWeights w(p.out.channels * p.input_depth, p.out.channels, random);
    const auto in = random.elements<std::int16_t>(p.input_depth);
    std::vector<std::int16_t> out(static_cast<std::size_t>(p.out.channels));
    Reference::fully_connected_s16<Rule>(p, w.view(), whole_tensor<const std::int16_t>(in.data(), p.in),
                                         whole_tensor(out.data(), p.out), {0, 1}, {});
    for (std::size_t m = 0; m < out.size(); ++m) {
      auto sum = static_cast<double>(w.bias[m]);
      for (std::size_t i = 0; i < in.size(); ++i) sum += in[i] * w.filter[m * in.size() + i];
      const double value = sum * std::ldexp(w.multiplier[m], w.shift[m] - 31);
      if (std::abs(value) >= 2147483647.0) continue;  // the importer's scales do not reach there
      ASSERT_NEAR(out[m], std::clamp(value, -32768.0, 32767.0), 1 + std::abs(value) * 1e-4) << m;
    }
  });
}

TEST(Specification, WideScalingKeepsTheUpperBitsOfTheMultiplier) {
  EXPECT_EQ(rounding::multiply_wide(1000, 1 << 30, 1), 1000);
  EXPECT_EQ(rounding::multiply_wide(3, 1 << 30, 0), 2);  // ties upwards
  EXPECT_EQ(rounding::multiply_wide(-3, 1 << 30, 0), -1);
  EXPECT_EQ(rounding::multiply_wide(1 << 20, (1 << 30) + (1 << 15) - 1, 1), 1 << 20);
  EXPECT_EQ(rounding::multiply_wide(1 << 20, (1 << 30) + (1 << 15), 1), (1 << 20) + (1 << 6));
  EXPECT_EQ(rounding::multiply_wide(1 << 20, 0x7FFFFFFF, 0), (1 << 20) - (1 << 5));
  EXPECT_EQ(rounding::multiply_wide((std::int64_t{1} << 46) + 5, 1 << 30, -31), 1 << 14);
}

TEST(Specification, FourBitWeightsAreTheSameNumbersInHalfTheBytes) {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(6, 6, 5);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = random.between(1, 5);
    fill_quantization(p, random);
    TestWeights wide(layout::TensorFlow::filter_bytes(p), p.out.channels, p.per_channel, random);
    std::vector<std::int8_t> nibbles(static_cast<std::size_t>(layout::Nibbles::filter_bytes(p)));
    for (std::size_t i = 0; i < wide.filter.size(); ++i) {
      wide.filter[i] = static_cast<std::int8_t>(random.between(-8, 7));
      nibbles[i / 2] = static_cast<std::int8_t>(nibbles[i / 2] | ((wide.filter[i] & 15) << (i % 2 * 4)));
    }
    const ChannelWeights w = wide.view();
    const auto in = random.elements<std::int8_t>(p.in.elements());
    std::vector<std::int8_t> expected(static_cast<std::size_t>(p.out.elements()));
    std::vector<std::int8_t> found(expected.size());
    const auto rows = whole_tensor<const std::int8_t>(in.data(), p.in);
    const RowRange all{0, p.out.height};
    Reference::conv_2d_s8<Rule>(p, w, rows, whole_tensor(expected.data(), p.out), all, {});
    Reference::conv_2d_s4<Rule>(p, {nibbles.data(), w.bias, w.multiplier, w.shift}, rows,
                                whole_tensor(found.data(), p.out), all, {});
    ASSERT_EQ(found, expected);
  });
}

TEST(Specification, CastTruncatesAndSaturates) {
  const auto cast = [](auto value, auto to) {
    const Cast p{};
    Reference::cast<Rule>(p, whole_tensor<const decltype(value)>(&value, p.shape), whole_tensor(&to, p.shape),
                          {0, 1}, {});
    return to;
  };
  EXPECT_EQ(cast(std::uint8_t{200}, 0.0F), 200.0F);
  EXPECT_EQ(cast(std::int8_t{-3}, std::int32_t{}), -3);
  EXPECT_EQ(cast(-3.9F, std::int8_t{}), -3);
  EXPECT_EQ(cast(1e9F, std::int8_t{}), 127);
  EXPECT_EQ(cast(-1.0F, std::uint8_t{}), 0);
  EXPECT_EQ(cast(1e30F, std::int32_t{}), 2147483647);
  EXPECT_EQ(cast(NAN, std::int32_t{}), 0);
  EXPECT_EQ(cast(std::int32_t{300}, std::uint8_t{}), 44);
}

}  // namespace
}  // namespace coinfer::test
