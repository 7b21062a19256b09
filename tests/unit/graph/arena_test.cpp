// SPDX-License-Identifier: Apache-2.0
#include "graph/arena.hpp"

#include <gtest/gtest.h>

#include <random>

#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"
#include "tiny_models.hpp"

namespace {

using namespace coinfer::graph;
using coinfer::DataType;
using coinfer::DepthwiseOrder;

// A network of random structure; only what the planner looks at is filled in.
class RandomGraph {
 public:
  explicit RandomGraph(unsigned seed) : random_(seed) {
    for (std::int32_t i = 0; i <= pick(2); ++i) {
      graph_.inputs.push_back(add_tensor({1 + pick(9), 1 + pick(9), 1 + pick(30)}, DataType::s8));
    }
    const std::int32_t stages = 1 + pick(40);
    for (std::int32_t s = 0; s < stages; ++s) {
      add_stage();
      if (pick(10) == 0 || s + 1 == stages) graph_.outputs.push_back(graph_.stages.back().output);
    }
  }
  Graph graph() const { return graph_; }

 private:
  std::int32_t pick(std::int32_t below) {
    return static_cast<std::int32_t>(random_() % static_cast<unsigned>(below));
  }
  std::int32_t add_tensor(const coinfer::Shape& shape, DataType type) {
    Tensor tensor;
    tensor.file_index = static_cast<std::int32_t>(graph_.tensors.size());
    tensor.type = type;
    tensor.shape = shape;
    graph_.tensors.push_back(tensor);
    return tensor.file_index;
  }
  std::int32_t recent_tensor() {
    const auto count = static_cast<std::int32_t>(graph_.tensors.size());
    return count - 1 - pick(std::min(count, 5));
  }
  // One with the shape and type of `like`; at worst that one.
  std::int32_t similar_tensor(std::int32_t like) {
    const std::int32_t found = recent_tensor();
    const Tensor& a = tensor_at(graph_, found);
    const Tensor& b = tensor_at(graph_, like);
    return a.shape == b.shape && a.type == b.type ? found : like;
  }

  template <class Op>
  Op windowed(const coinfer::Shape& in, std::int32_t out_channels) {
    Op op;
    op.in = in;
    const std::int32_t taps = 1 + pick(3);
    const std::int32_t stride = 1 + pick(2);
    op.window = coinfer::window(taps, taps).stride(stride, stride).pad((taps - 1) / 2, (taps - 1) / 2);
    op.out = {(in.height + stride - 1) / stride, (in.width + stride - 1) / stride, out_channels};
    return op;
  }

  void add_stage() {
    Stage stage;
    stage.inputs = {recent_tensor()};
    const Tensor from = tensor_at(graph_, stage.inputs[0]);
    coinfer::Shape to = from.shape;
    DataType type = from.type;
    switch (pick(6)) {
      case 0:
        stage.op = coinfer::Reshape{from.shape, {1, 1, from.shape.elements()}};
        to = {1, 1, from.shape.elements()};
        break;
      case 1:
        stage.inputs.push_back(similar_tensor(stage.inputs[0]));
        stage.op = coinfer::Add{from.shape, {}, {}, 0, 0, 0, {}};
        break;
      case 2: {
        const auto op = windowed<coinfer::DepthwiseConv2d>(from.shape, from.shape.channels * (1 + pick(2)));
        to = op.out;
        stage.op = op;
        break;
      }
      case 3:
        type = type == DataType::f32 ? DataType::s8 : DataType::f32;
        if (type == DataType::f32) {
          stage.op = coinfer::Dequantize{from.shape, 1.0F, 0};
        } else {
          stage.op = coinfer::Quantize{from.shape, 1.0F, 0};
        }
        break;
      default: {
        const auto op = windowed<coinfer::Conv2d>(from.shape, 1 + pick(30));
        to = op.out;
        stage.op = op;
      }
    }
    stage.output = add_tensor(to, type);
    graph_.stages.push_back(stage);
  }

  std::minstd_rand random_;
  Graph graph_;
};

// Memory whose bytes know which value they hold: runs the stages in the ways that kernels may, and sees every
// read of a value that is gone.
class TaggedMemory {
 public:
  TaggedMemory(const Graph& graph, const ArenaPlan& plan)
      : graph_(graph),
        plan_(plan),
        owners_(arena_owners(graph)),
        tags_(static_cast<std::size_t>(plan.bytes), -1) {
    for (const std::int32_t input : graph.inputs) write(input, 0, tensor_at(graph, input).bytes());
  }

  void run(const Stage& stage, DepthwiseOrder order) {
    std::visit([&](const auto& op) { run(stage, op, order); }, stage.op);
  }
  bool holds(std::int32_t tensor) { return holds(tensor, 0, tensor_at(graph_, tensor).bytes()); }

 private:
  void run(const Stage&, const coinfer::Reshape&, DepthwiseOrder) {}
  template <class Op>
  void run(const Stage& stage, const Op& op, DepthwiseOrder order) {
    const Tensor& out = tensor_at(graph_, stage.output);
    const std::int64_t row = out.bytes() / out.shape.height;
    for (std::int32_t y = 0; y < out.shape.height; ++y) {
      const coinfer::RowRange read = rows_of(op, y);
      if constexpr (requires { Op::in_place; }) {
        for (std::int32_t e = 0; e < out.shape.row_elements(); ++e)
          element(stage, y * out.shape.row_elements() + e);
      } else {
        if (order == DepthwiseOrder::channels && by_channel(op)) continue;
        for (const std::int32_t input : stage.inputs) {
          const std::int64_t in_row =
              tensor_at(graph_, input).bytes() / tensor_at(graph_, input).shape.height;
          EXPECT_TRUE(holds(input, read.begin * in_row, read.end * in_row)) << stage.output << ", row " << y;
        }
        write(stage.output, y * row, (y + 1) * row);
      }
    }
    if (order == DepthwiseOrder::channels && by_channel(op)) run_channels(stage);
  }
  template <class Op>
  static coinfer::RowRange rows_of(const Op& op, std::int32_t y) {
    if constexpr (requires { op.parts; }) {
      return {0, 0};
    } else {
      return op.input_rows({y, y + 1});
    }
  }
  template <class Op>
  static bool by_channel(const Op& op) {
    if constexpr (std::is_same_v<Op, coinfer::DepthwiseConv2d>) return op.depth_multiplier() == 1;
    return false;
  }
  void element(const Stage& stage, std::int64_t index) {
    for (const std::int32_t input : stage.inputs) {
      const auto size = bytes_per_element(tensor_at(graph_, input).type);
      EXPECT_TRUE(holds(input, index * size, (index + 1) * size)) << stage.output << ", element " << index;
    }
    const auto size = bytes_per_element(tensor_at(graph_, stage.output).type);
    write(stage.output, index * size, (index + 1) * size);
  }
  void run_channels(const Stage& stage) {
    const std::int32_t channels = tensor_at(graph_, stage.output).shape.channels;
    const auto each = [&](std::int32_t tensor, std::int32_t c, const auto& visit) {
      const Tensor& t = tensor_at(graph_, tensor);
      const auto size = bytes_per_element(t.type);
      for (std::int32_t i = c; i < t.shape.elements(); i += channels) visit(i * size, (i + 1) * size);
    };
    for (std::int32_t c = 0; c < channels; ++c) {
      each(stage.inputs[0], c, [&](std::int64_t begin, std::int64_t end) {
        EXPECT_TRUE(holds(stage.inputs[0], begin, end)) << stage.output << ", channel " << c;
      });
      each(stage.output, c, [&](std::int64_t begin, std::int64_t end) { write(stage.output, begin, end); });
    }
  }

  bool holds(std::int32_t tensor, std::int64_t begin, std::int64_t end) {
    const auto at = tags_.begin() + plan_.offsets[static_cast<std::size_t>(tensor)];
    const std::int32_t wanted = owners_[static_cast<std::size_t>(tensor)];
    return std::all_of(at + static_cast<std::ptrdiff_t>(begin), at + static_cast<std::ptrdiff_t>(end),
                       [&](std::int32_t tag) { return tag == wanted; });
  }
  void write(std::int32_t tensor, std::int64_t begin, std::int64_t end) {
    const auto at = tags_.begin() + plan_.offsets[static_cast<std::size_t>(tensor)];
    std::fill(at + static_cast<std::ptrdiff_t>(begin), at + static_cast<std::ptrdiff_t>(end),
              owners_[static_cast<std::size_t>(tensor)]);
  }

  const Graph& graph_;
  const ArenaPlan& plan_;
  std::vector<std::int32_t> owners_;
  std::vector<std::int32_t> tags_;
};

void expect_no_value_lost(const Graph& graph, const ArenaPlan& plan, DepthwiseOrder order) {
  TaggedMemory memory(graph, plan);
  for (const Stage& stage : graph.stages) memory.run(stage, order);
  for (const std::int32_t output : graph.outputs) EXPECT_TRUE(memory.holds(output)) << "output " << output;
}

TEST(Arena, NoValueIsOverwrittenBeforeItsLastRead) {
  for (unsigned seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = RandomGraph(seed).graph();
    for (const ArenaOptions options :
         {ArenaOptions{4, DepthwiseOrder::rows}, {16, DepthwiseOrder::channels}}) {
      const ArenaPlan plan = plan_arena(graph, options);
      expect_no_value_lost(graph, plan, options.depthwise_order);
      EXPECT_GE(plan.bytes, plan.least);
      for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        EXPECT_EQ(plan.offsets[t] % options.alignment, 0);
        EXPECT_LE(plan.offsets[t] + graph.tensors[t].bytes(), plan.bytes);
      }
    }
  }
}

TEST(Arena, IsCloseToTheLeastPossible) {
  double total = 0.0;
  double least = 0.0;
  double apart = 0.0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const Graph graph = RandomGraph(seed).graph();
    const ArenaPlan plan = plan_arena(graph);
    total += plan.bytes;
    least += plan.least;
    apart += static_cast<double>(peak_live_bytes(graph));
  }
  EXPECT_LT(total / least, 1.02);
  EXPECT_LT(total / apart, 0.95);
}

TEST(Arena, OutputsTakeThePlaceOfDyingInputs) {
  Graph graph;
  for (std::int32_t t = 0; t < 3; ++t) {
    graph.tensors.push_back({t, "", t == 0 ? DataType::f32 : DataType::s8, {8, 10, 2}, {}, 0.0F, 0});
  }
  graph.inputs = {0};
  graph.outputs = {2};
  graph.stages.push_back({"", coinfer::Quantize{{8, 10, 2}, 1.0F, 0}, {}, {0}, 1});
  coinfer::DepthwiseConv2d depthwise;
  depthwise.in = depthwise.out = {8, 10, 2};
  depthwise.window = coinfer::window(3, 3).pad(1, 1);
  graph.stages.push_back({"", depthwise, {}, {1}, 2});
  EXPECT_EQ(plan_arena(graph, {4, DepthwiseOrder::channels}).bytes, 640);  // the float input
  graph.inputs = {1};
  graph.stages.erase(graph.stages.begin());
  EXPECT_EQ(stage_overlap(graph, graph.stages[0], 1, DepthwiseOrder::rows).distance, 2 * 20);
  EXPECT_EQ(stage_overlap(graph, graph.stages[0], 1, DepthwiseOrder::channels).distance, 160);
  EXPECT_TRUE(stage_overlap(graph, graph.stages[0], 1, DepthwiseOrder::channels).in_place);
}

TEST(Arena, ReshapeSharesItsInputsPlace) {
  const Graph graph = load_tflite(tiny::classifier().bytes(), {});
  const ArenaPlan plan = plan_arena(graph);
  const Stage& flat = graph.stages[3];
  EXPECT_EQ(plan.offsets[static_cast<std::size_t>(flat.output)],
            plan.offsets[static_cast<std::size_t>(flat.inputs[0])]);
  // The convolution's output begins 4 of its rows of 24 bytes before the input, since its last row reads from
  // row 4 of 12 bytes on; the depthwise output begins one row of 24 bytes before that.
  EXPECT_EQ(plan.bytes, 6 * 6 * 2 + 4 * 24 + 24);
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
