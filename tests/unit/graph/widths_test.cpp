// SPDX-License-Identifier: Apache-2.0
// TRANSPOSE_CONV, BATCH_MATMUL, CAST, int16 activations and 4-bit weights as imported.
#include <gtest/gtest.h>

#include "graph/arena.hpp"
#include "graph/packing.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using tiny::expect_refusal;
using tiny::load;
using tiny::ModelBuilder;
using tiny::Type;

TEST(Matrices, AreReadWithTheirShapes) {
  const graph::Graph graph = load(tiny::matrices());
  ASSERT_EQ(graph.stages.size(), 3U);
  const auto& grown = std::get<TransposeConv>(graph.stages[0].op);
  EXPECT_EQ(grown.in, (Shape{3, 4, 2}));
  EXPECT_EQ(grown.out, (Shape{6, 8, 4}));
  EXPECT_EQ(grown.window.pad_top,
            0);  // as a convolution from 6 rows, window 3, stride 2: padding only behind
  EXPECT_EQ(grown.clamp.min, 5);
  EXPECT_TRUE(grown.per_channel);
  const auto& product = std::get<BatchMatMul>(graph.stages[1].op);
  EXPECT_EQ(product.out, (Shape{6, 8, 8}));
  EXPECT_EQ(product.depth(), 4);
  EXPECT_TRUE(product.transpose_second);
  EXPECT_EQ(graph.tensors.back().type, DataType::f32);
}

TEST(Matrices, HaveToFit) {
  ModelBuilder b = tiny::matrices();
  b.operator_making("product").builtin_options.AsBatchMatMulOptions()->adj_y = false;
  expect_refusal(b, "do not give the output 'product'");
  b = tiny::matrices();
  b.operator_making("grown").builtin_options.AsTransposeConvOptions()->stride_h = 1;
  expect_refusal(b, "output height is 3, the window gives 6");
  b = tiny::matrices();
  b.model.buffers[b.tensor_named("shape").buffer]->data[4] = 7;
  expect_refusal(b, "the shape it states is not that of its output");
}

TEST(Widths, Int16TakesWideBiases) {
  const graph::Graph graph = load(tiny::widths());
  ASSERT_EQ(graph.stages.size(), 8U);
  const graph::Stage& conv = graph.stages[1];
  EXPECT_EQ(std::get<Conv2d>(conv.op).clamp.max, 6000);  // RELU6 by 0.001
  EXPECT_EQ(conv.weights.wide_bias, std::vector<std::int64_t>(4, 1 << 16));
  EXPECT_TRUE(conv.weights.bias.empty());
  EXPECT_FALSE(graph::packs(conv, graph::WeightLayout::dsp));
  EXPECT_EQ(graph.tensors[static_cast<std::size_t>(conv.output)].type, DataType::s16);
}

// The kernels that work channel by channel are int8's.
TEST(Widths, Int16DepthwiseStagesOverlapByRowsWhateverTheOrder) {
  const graph::Graph graph = load(tiny::widths());
  const graph::Stage& depthwise = graph.stages[2];
  const std::int32_t input = depthwise.inputs[0];
  const Overlap overlap = graph::stage_overlap(graph, depthwise, input, DepthwiseOrder::channels);
  EXPECT_FALSE(overlap.in_place);
  EXPECT_EQ(overlap.distance, graph::stage_overlap(graph, depthwise, input, DepthwiseOrder::rows).distance);
}

TEST(Widths, FourBitsAreReadLowerHalfFirst) {
  const graph::Graph graph = load(tiny::widths());
  const graph::Stage& pointwise = graph.stages[6];
  EXPECT_EQ(pointwise.name, "pointwise");
  const std::vector<std::int8_t> first(pointwise.weights.filter.begin(),
                                       pointwise.weights.filter.begin() + 6);
  EXPECT_EQ(first, (std::vector<std::int8_t>{-7, 0, -2, 2, 3, 5}));  // bytes 0x09, 0x2e, 0x53
  EXPECT_TRUE(pointwise.weights.four_bits);
  // 12 values in 6 bytes; 3 biases, a multiplier and a shift
  EXPECT_EQ(graph::weight_bytes(pointwise, graph::WeightLayout::dsp), 6 + 3 * 4 + 4 + 1);
  EXPECT_EQ(graph.stages[7].weights.filter.size(), 375U);
}

TEST(Widths, Int16HasZeroPoint0And64BitBiases) {
  ModelBuilder b = tiny::widths();
  b.tensor_named("conv").quantization->zero_point[0] = 3;
  expect_refusal(b, "has a zero point other than 0");
  b = tiny::widths();
  b.tensor_named("conv_bias").type = Type::INT32;
  b.tensor_named("conv_bias").shape = {8};
  expect_refusal(b, "is not int64");
  b = tiny::widths();
  b.tensor_named("conv").type = Type::INT8;
  expect_refusal(b, "is not int16");
}

TEST(Widths, AccumulatorsMayNotOverflow) {
  ModelBuilder b = tiny::widths();
  b.model.buffers[b.tensor_named("conv_bias").buffer]->data[7] = 0x80;
  expect_refusal(b, "can overflow the 48-bit accumulator");
  b = tiny::widths();
  b.tensor_named("depthwise").quantization->scale[0] = 1e-9F;
  expect_refusal(b, "too large for int16 activations");
}

}  // namespace
