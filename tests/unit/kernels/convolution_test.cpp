// SPDX-License-Identifier: Apache-2.0
#include "check_rows.hpp"

namespace coinfer::test {
namespace {

// Random constants of a stage with a filter.
struct TestWeights {
  std::vector<std::int8_t> filter;
  std::vector<std::int32_t> bias;
  std::vector<std::int32_t> multiplier;
  std::vector<std::int8_t> shift;

  TestWeights(std::int32_t filter_size, std::int32_t channels, bool per_channel, Random& random)
      : filter(random.elements<std::int8_t>(filter_size)) {
    if (!random.one_in(5)) {
      for (std::int32_t m = 0; m < channels; ++m) bias.push_back(random.between(-100000, 100000));
    }
    for (std::int32_t m = 0; m < (per_channel ? channels : 1); ++m) {
      multiplier.push_back(random.multiplier());
      shift.push_back(static_cast<std::int8_t>(random.shift(10)));
    }
  }
  ChannelWeights view() const {
    return {filter.data(), bias.empty() ? nullptr : bias.data(), multiplier.data(), shift.data()};
  }
};

template <class Params>
void fill_quantization(Params& p, Random& random) {
  p.in_zero_point = random.zero_point();
  p.out_zero_point = random.zero_point();
  p.clamp = random.clamp();
  p.per_channel = !random.one_in(4);
}

TEST(Kernels, Conv2d) {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(12, 12, random.one_in(3) ? 40 : 9);
    p.out = p.in;
    if (!random.one_in(4)) p.window = random.window(p.in, p.out, true);  // else pointwise
    p.out.channels = random.between(1, 20);
    fill_quantization(p, random);
    const TestWeights weights(p.out.channels * p.window.height * p.window.width * p.in.channels,
                              p.out.channels, p.per_channel, random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template conv_2d_s8<Rounding>(p, weights.view(), in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, DepthwiseConv2d) {
  for_random_cases([](Random& random) {
    DepthwiseConv2d p;
    const bool multiplied = random.one_in(3);
    p.in = random.shape(12, 12, multiplied ? 6 : 40);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = p.in.channels * (multiplied ? random.between(2, 20) : 1);
    fill_quantization(p, random);
    const TestWeights weights(p.out.channels * p.window.height * p.window.width, p.out.channels,
                              p.per_channel, random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template depthwise_conv_2d_s8<Rounding>(p, weights.view(), in[0], out, rows, scratch);
        },
        random);
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
    const TestWeights weights(p.out.channels * p.input_depth, p.out.channels, p.per_channel, random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }, true};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template fully_connected_s8<Rounding>(p, weights.view(), in[0], out, rows, scratch);
        },
        random);
  });
}

}  // namespace
}  // namespace coinfer::test
