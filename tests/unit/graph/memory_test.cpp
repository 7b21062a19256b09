// SPDX-License-Identifier: Apache-2.0
// PADs that windows take in, and the order of stages: what the importer changes to save memory.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/arena.hpp"
#include "graph/executor.hpp"
#include "graph/stage_order.hpp"
#include "graph/tflite_loader.hpp"
#include "tiny_models.hpp"

namespace {

using namespace coinfer::graph;

struct PaddedModel {
  std::int8_t value = -3;  // the zero point
  std::vector<std::int32_t> paddings = {0, 0, 1, 2, 2, 1, 0, 0};
  tiny::Code reader = tiny::Code::CONV_2D;
  bool padded_is_output = false;
};

// 'input' 1x5x4x2 -> PADV2 'padded' -> 3x3 window with stride 2 'result'.
Graph load(const PaddedModel& m) {
  tiny::ModelBuilder b;
  const auto input = b.int8("input", {1, 5, 4, 2}, 0.5F, -3);
  const auto padded_size = [&](std::size_t axis, std::int32_t size) {
    return size + m.paddings[2 * axis] + m.paddings[2 * axis + 1];
  };
  const std::int32_t channels = padded_size(3, 2);
  const auto padded = b.int8("padded", {1, padded_size(1, 5), padded_size(2, 4), channels}, 0.5F, -3);
  const auto value =
      b.tensor("value", tiny::Type::INT8, {1}, {0.5F}, -3, {static_cast<std::uint8_t>(m.value)});
  b.op(tiny::Code::PADV2, {input, b.integers("paddings", m.paddings), value}, padded);
  const auto result = b.int8("result", {1, 3, 3, channels}, 0.5F, -3);
  if (m.reader == tiny::Code::CONV_2D) {
    tiny::schema::Conv2DOptionsT options;
    options.padding = tiny::schema::Padding::VALID;
    options.stride_h = options.stride_w = 2;
    b.op(m.reader,
         {padded, b.filter("filter", {channels, 3, 3, channels}, {0.01F}, 0), b.bias("bias", channels)},
         result, options);
  } else {
    tiny::schema::Pool2DOptionsT options;
    options.padding = tiny::schema::Padding::VALID;
    options.stride_h = options.stride_w = 2;
    options.filter_height = options.filter_width = 3;
    b.op(m.reader, {padded}, result, options);
  }
  std::vector<std::int32_t> outputs = {result};
  if (m.padded_is_output) outputs.push_back(padded);
  b.ends({input}, outputs);
  return load_tflite(b.bytes(), {});
}

std::vector<std::uint8_t> result_of(const Graph& graph) {
  Executor executor(graph, KernelSet::reference);
  std::uint8_t next = 3;
  for (std::uint8_t& byte : executor.tensor(graph.inputs[0])) byte = next += 29;
  executor.run(0, static_cast<int>(graph.stages.size()), 0);
  const auto bytes = executor.tensor(graph.outputs[0]);
  return {bytes.begin(), bytes.end()};
}

void expect_fused(PaddedModel model) {
  const Graph fused = load(model);
  ASSERT_EQ(fused.stages.size(), 1U);
  ASSERT_EQ(fused.fused.size(), 1U);
  EXPECT_EQ(fused.fused[0].name, "padded");
  EXPECT_EQ(fused.fused[0].into, "result");
  EXPECT_EQ(fused.tensors.size(), 2U);
  model.padded_is_output = true;  // then it has to be made
  const Graph apart = load(model);
  ASSERT_EQ(apart.stages.size(), 2U);
  EXPECT_EQ(result_of(fused), result_of(apart));
  EXPECT_NE(fused.identity, apart.identity);
}

TEST(Fusion, WindowsTakeInWhatTheyPadThemselves) {
  expect_fused({});
  expect_fused({-128, {0, 0, 1, 2, 2, 1, 0, 0}, tiny::Code::MAX_POOL_2D, false});
}

TEST(Fusion, OtherPadsStay) {
  EXPECT_EQ(load({4}).stages.size(), 2U);                             // not the zero point
  EXPECT_EQ(load({-3, {0, 0, 1, 2, 2, 1, 0, 1}}).stages.size(), 2U);  // of channels
  EXPECT_EQ(load({-3, {0, 0, 1, 2, 2, 1, 0, 0}, tiny::Code::MAX_POOL_2D}).stages.size(),
            2U);  // may be the maximum
  EXPECT_EQ(load({-128, {0, 0, 1, 2, 2, 1, 0, 0}, tiny::Code::AVERAGE_POOL_2D}).stages.size(), 2U);  // counts
}

// `widths`: bytes of every tensor, the network's input first; `reads`: the inputs of every stage.
Graph dense(const std::vector<std::int32_t>& widths, const std::vector<std::vector<std::int32_t>>& reads) {
  Graph graph;
  for (std::size_t t = 0; t < widths.size(); ++t) {
    Tensor tensor;
    tensor.file_index = static_cast<std::int32_t>(t);
    tensor.shape.channels = widths[t];
    graph.tensors.push_back(tensor);
  }
  graph.inputs = {0};
  for (std::size_t s = 0; s < reads.size(); ++s) {
    Stage stage;
    stage.inputs = reads[s];
    stage.output = static_cast<std::int32_t>(s) + 1;
    coinfer::FullyConnected op;
    op.in = graph.tensors[static_cast<std::size_t>(reads[s][0])].shape;
    op.out = graph.tensors[s + 1].shape;
    stage.op = op;
    graph.stages.push_back(stage);
  }
  graph.outputs = {static_cast<std::int32_t>(reads.size())};
  graph.exits = {{0}};
  return graph;
}

std::vector<std::int32_t> made_in_order(const Graph& graph) {
  std::vector<std::int32_t> made;
  for (const Stage& stage : graph.stages) made.push_back(stage.output);
  return made;
}

TEST(StageOrder, FinishesOneWideBranchBeforeTheNext) {
  // Two branches, wide and then narrow; the file makes both wide tensors first.
  Graph graph = dense({10, 1000, 1000, 5, 5, 10}, {{0}, {0}, {1}, {2}, {3, 4}});
  const std::int32_t before = plan_arena(graph).bytes;
  order_stages(graph);
  EXPECT_EQ(made_in_order(graph), (std::vector<std::int32_t>{1, 3, 2, 4, 5}));
  EXPECT_GE(before, 2000);
  EXPECT_LE(plan_arena(graph).bytes, 1032);
}

TEST(StageOrder, StaysWhereNothingIsGained) {
  Graph graph = dense({10, 1000, 5, 1000, 5, 10}, {{0}, {1}, {0}, {3}, {2, 4}});
  order_stages(graph);
  EXPECT_EQ(made_in_order(graph), (std::vector<std::int32_t>{1, 2, 3, 4, 5}));
}

TEST(StageOrder, NoExitIsLater) {
  // Less memory were needed with the first branch, which is an exit, after the second one.
  Graph graph = dense({10, 100, 100, 10, 10}, {{0}, {0}, {2}, {3}});
  graph.outputs = {1, 4};
  graph.exits = {{0}, {1}};
  order_stages(graph);
  EXPECT_EQ(made_in_order(graph), (std::vector<std::int32_t>{1, 2, 3, 4}));
  graph.exits = {{0, 1}};
  const std::int32_t before = plan_arena(graph).least;
  order_stages(graph);
  EXPECT_NE(made_in_order(graph), (std::vector<std::int32_t>{1, 2, 3, 4}));
  EXPECT_LT(plan_arena(graph).least, before);
}

}  // namespace
