// SPDX-License-Identifier: Apache-2.0
// SUM, REDUCE_MAX, ARG_MAX, LOG_SOFTMAX, L2_NORMALIZATION as imported.
#include <gtest/gtest.h>

#include <cstring>

#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using tiny::Bytes;
using tiny::load;
using tiny::ModelBuilder;
using tiny::refusal;

TEST(Reductions, AreReadWithTheirAxes) {
  const graph::Graph graph = load(tiny::reductions());
  ASSERT_EQ(graph.stages.size(), 5U);
  const auto& sum = std::get<Sum>(graph.stages[0].op);
  EXPECT_TRUE(!sum.over_height && sum.over_width && !sum.over_channels);
  EXPECT_EQ(sum.out, (Shape{1, 4, 8}));
  EXPECT_EQ(sum.in_zero_point, -3);
  EXPECT_EQ(sum.out_zero_point, 4);
  EXPECT_EQ(sum.shift, -1);  // 0.5 / 1.5
  EXPECT_EQ(sum.multiplier, 1431655765);
  const auto& most = std::get<ReduceMax>(graph.stages[3].op);
  EXPECT_TRUE(!most.over_height && most.over_width && !most.over_channels);  // 1x4x8 is 4 columns wide
  const auto& best = std::get<ArgMax>(graph.stages[4].op);
  EXPECT_TRUE(!best.over_height && !best.over_width && best.over_channels);
  EXPECT_EQ(graph.tensors.back().type, DataType::s32);
}

TEST(Reductions, RunToIndices) {
  const graph::Graph graph = load(tiny::reductions());
  graph::Executor executor(graph, graph::KernelSet::reference);
  Bytes input(4 * 6 * 8, 0);
  for (std::size_t y = 0; y < 4; ++y) input[y * 48 + 16 + 2 * y] = 100;  // one channel of each row stands out
  graph::load_record(executor, graph, input);
  executor.run(0, graph::stage_count(graph), 0);
  const Bytes output = graph::output_record(executor, graph, 0);
  ASSERT_EQ(output.size(), 8 + 4 * sizeof(std::int32_t));
  for (std::size_t y = 0; y < 4; ++y) {
    std::int32_t index = 0;
    std::memcpy(&index, output.data() + 8 + y * sizeof(index), sizeof(index));
    EXPECT_EQ(index, 2 * static_cast<std::int32_t>(y));
  }
}

TEST(Reductions, OutputsHaveTheQuantizationOfTheOperator) {
  ModelBuilder b = tiny::reductions();
  b.tensor_named("direction").quantization->scale[0] = 1.0F / 64;
  EXPECT_NE(refusal(b).find("should have scale 1/128 and zero point 0"), std::string::npos) << refusal(b);
  b = tiny::reductions();
  b.tensor_named("logarithms").quantization->zero_point[0] = 0;
  EXPECT_NE(refusal(b).find("should have scale 1/16 and zero point 127"), std::string::npos) << refusal(b);
  b = tiny::reductions();
  b.tensor_named("most").quantization->zero_point[0] = 0;
  EXPECT_NE(refusal(b).find("have different scales or zero points"), std::string::npos) << refusal(b);
  b = tiny::reductions();
  b.tensor_named("sum").quantization->scale[0] = 1e-9F;
  EXPECT_NE(refusal(b).find("too small for a sum of 6 elements"), std::string::npos) << refusal(b);
}

TEST(Reductions, ArgMaxHasOneAxisAndAnIndexOfItsOwnType) {
  ModelBuilder b = tiny::reductions();
  b.tensor_named("best").type = tiny::Type::INT64;
  EXPECT_NE(refusal(b).find("is not int32"), std::string::npos) << refusal(b);
}

}  // namespace
