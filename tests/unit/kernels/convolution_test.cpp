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
  });
}

}  // namespace
}  // namespace coinfer::test
