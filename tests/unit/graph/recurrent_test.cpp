// SPDX-License-Identifier: Apache-2.0
// Stages that keep a state: where a network with them may be cut, and that every frame counts once.
#include <gtest/gtest.h>

#include "graph/arena.hpp"
#include "graph/executor.hpp"
#include "graph/report.hpp"
#include "graph/split.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using tiny::Bytes;
using tiny::expect_refusal;
using tiny::load;
using tiny::ModelBuilder;

TEST(Recurrent, IsCutBehindTheLastState) {
  const graph::Graph graph = load(tiny::recurrent());
  ASSERT_EQ(graph.stages.size(), 4U);
  EXPECT_EQ(graph::state_bytes(graph.stages[0]), 48);
  EXPECT_EQ(graph::state_bytes(graph.stages[2]), 16);
  EXPECT_EQ(graph::least_split(graph), 3);
  EXPECT_EQ(graph::parse_split(graph, "4"), 4);
  EXPECT_THROW(graph::parse_split(graph, "2"), std::invalid_argument);
  EXPECT_THROW(graph::parse_split(graph, "first"), std::invalid_argument);
  const graph::Report report = graph::make_report(graph, graph::plan_arena(graph));
  ASSERT_EQ(report.splits.size(), 2U);
  EXPECT_EQ(report.splits.front().split, 3);
}

TEST(Recurrent, EveryFrameCountsOnceUntilTheExecutorIsCleared) {
  const graph::Graph graph = load(tiny::recurrent());
  graph::Executor executor(graph, graph::KernelSet::reference);
  const auto answer = [&](std::uint8_t value) {
    graph::load_record(executor, graph, Bytes(6, value));
    executor.run(0, graph::stage_count(graph), 0);
    return graph::output_record(executor, graph, 0);
  };
  const Bytes fresh = answer(50);
  answer(200);
  EXPECT_NE(answer(50), fresh);
  executor.clear();
  EXPECT_EQ(answer(50), fresh);
}

TEST(Recurrent, StagesWithAStateAreNeededByEveryExit) {
  ModelBuilder b = tiny::recurrent();
  b.graph().outputs.insert(b.graph().outputs.begin(), b.operator_making("scores").outputs.at(0));
  const graph::Graph graph = graph::load_tflite(b.bytes(), {"tiny", {}, "0;1"});
  EXPECT_EQ(graph::needed_stages(graph, 0), (std::vector<bool>{true, true, true, false}));
}

TEST(Recurrent, StatesAreVariablesOfOneOperator) {
  ModelBuilder b = tiny::recurrent();
  b.tensor_named("state").is_variable = false;
  expect_refusal(b, "is not a variable");
  b = tiny::recurrent();
  b.tensor_named("state").shape = {1, 23};
  expect_refusal(b, "should have 24 elements");
  b = tiny::recurrent();
  b.tensor_named("state2").shape = {1, 24};
  b.operator_making("first").inputs[4] = b.operator_making("second").inputs[4];
  b.tensor_named("time2").shape = {4, 6};
  expect_refusal(b, "needs 24 bytes");
  b = tiny::recurrent();
  b.operator_making("first").inputs[4] = 0;
  expect_refusal(b, "is not a variable");
  b = tiny::recurrent();
  b.graph().inputs.push_back(b.operator_making("first").inputs[4]);
  expect_refusal(b, "only supported as the state of an operator");
}

}  // namespace
