// SPDX-License-Identifier: Apache-2.0
#include "graph/arena.hpp"

#include <gtest/gtest.h>

#include <random>

#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"
#include "tiny_models.hpp"

namespace {

using namespace coinfer::graph;

// A network of random structure; only what the planner looks at is filled in.
Graph random_graph(unsigned seed) {
  std::minstd_rand random(seed);
  const auto pick = [&](std::size_t below) { return static_cast<std::int32_t>(random() % below); };
  Graph graph;
  const auto add_tensor = [&](std::int32_t elements) {
    Tensor tensor;
    tensor.file_index = static_cast<std::int32_t>(graph.tensors.size());
    tensor.type = pick(8) == 0 ? coinfer::DataType::f32 : coinfer::DataType::s8;
    tensor.shape.channels = elements;
    graph.tensors.push_back(tensor);
    return tensor.file_index;
  };
  for (int i = 0; i <= pick(2); ++i) graph.inputs.push_back(add_tensor(1 + pick(3000)));
  const int stages = 1 + pick(40);
  for (int s = 0; s < stages; ++s) {
    Stage stage;
    const bool reshape = pick(4) == 0;
    const std::int32_t recent = static_cast<std::int32_t>(std::min<std::size_t>(graph.tensors.size(), 5));
    for (int i = 0; i <= (reshape ? 0 : pick(2)); ++i) {
      stage.inputs.push_back(static_cast<std::int32_t>(graph.tensors.size()) - 1 -
                             pick(static_cast<std::size_t>(recent)));
    }
    stage.op = reshape ? Operator(coinfer::Reshape{}) : Operator(coinfer::Add{});
    stage.output = add_tensor(reshape ? tensor_at(graph, stage.inputs[0]).shape.elements() : 1 + pick(3000));
    if (reshape) graph.tensors.back().type = tensor_at(graph, stage.inputs[0]).type;
    graph.stages.push_back(stage);
    if (pick(10) == 0 || s + 1 == stages) graph.outputs.push_back(graph.stages.back().output);
  }
  return graph;
}

// Simulates the run: while a stage runs, no value that is still wanted may share a byte with its output.
void expect_no_live_overlap(const Graph& graph, const ArenaPlan& plan) {
  const std::vector<int> producer = producers(graph);
  const auto wanted_after = [&](std::size_t tensor, int stage) {
    for (const std::int32_t output : graph.outputs) {
      if (output == static_cast<std::int32_t>(tensor)) return true;
    }
    for (int s = stage; s < stage_count(graph); ++s) {
      for (const std::int32_t input : graph.stages[static_cast<std::size_t>(s)].inputs) {
        if (input == static_cast<std::int32_t>(tensor)) return true;
      }
    }
    return false;
  };
  for (int s = 0; s < stage_count(graph); ++s) {
    const Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    const std::int64_t begin = plan.offsets[static_cast<std::size_t>(stage.output)];
    const std::int64_t end = begin + tensor_at(graph, stage.output).bytes();
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
      if (producer[t] >= s || !wanted_after(t, s)) continue;
      const std::int64_t other_begin = plan.offsets[t];
      const std::int64_t other_end = other_begin + graph.tensors[t].bytes();
      const bool apart = other_end <= begin || end <= other_begin;
      const bool renamed =
          std::holds_alternative<coinfer::Reshape>(stage.op) && other_begin == begin && other_end == end;
      EXPECT_TRUE(apart || renamed) << "stage " << s << " overwrites tensor " << t;
    }
  }
}

TEST(Arena, NoLiveTensorIsOverwritten) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = random_graph(seed);
    for (const std::int32_t alignment : {4, 16}) {
      const ArenaPlan plan = plan_arena(graph, alignment);
      expect_no_live_overlap(graph, plan);
      EXPECT_GE(plan.bytes, arena_lower_bound(graph, alignment));
      for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        EXPECT_EQ(plan.offsets[t] % alignment, 0);
        EXPECT_LE(plan.offsets[t] + graph.tensors[t].bytes(), plan.bytes);
      }
    }
  }
}

TEST(Arena, IsCloseToTheLeastPossible) {
  double total = 0.0;
  double least = 0.0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const Graph graph = random_graph(seed);
    total += plan_arena(graph).bytes;
    least += static_cast<double>(arena_lower_bound(graph));
  }
  EXPECT_LT(total / least, 1.05);
}

TEST(Arena, ReshapeSharesItsInputsPlace) {
  const Graph graph = load_tflite(tiny::classifier().bytes(), {});
  const ArenaPlan plan = plan_arena(graph);
  const Stage& flat = graph.stages[3];
  EXPECT_EQ(plan.offsets[static_cast<std::size_t>(flat.output)],
            plan.offsets[static_cast<std::size_t>(flat.inputs[0])]);
  EXPECT_EQ(plan.bytes, 6 * 6 * 4 + 3 * 3 * 8);  // conv and depthwise together are the peak
}

TEST(Arena, ShorterHeadsNeedNoMore) {
  const Graph graph = load_tflite(tiny::two_exits().bytes(), {});
  const ArenaPlan plan = plan_arena(graph);
  std::int32_t before = 0;
  for (int split = 0; split <= stage_count(graph); ++split) {
    const std::int32_t bytes = arena_bytes_until(graph, plan, split);
    EXPECT_GE(bytes, before);
    before = bytes;
  }
  EXPECT_EQ(before, plan.bytes);
}

}  // namespace
