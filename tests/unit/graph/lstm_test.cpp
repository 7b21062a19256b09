// SPDX-License-Identifier: Apache-2.0
// UNIDIRECTIONAL_SEQUENCE_LSTM: what it remembers from call to call, and which variants are refused.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using tiny::Bytes;
using tiny::load;
using tiny::ModelBuilder;

Bytes answer(graph::Executor& executor, const graph::Graph& graph, const Bytes& record) {
  graph::load_record(executor, graph, record);
  executor.run(0, graph::stage_count(graph), 0);
  return graph::output_record(executor, graph, 0);
}

// The first layer alone, so many steps a call.
graph::Graph first_layer(std::int32_t steps) {
  ModelBuilder b = tiny::lstm();
  b.tensor_named("input").shape = {1, steps, 4};
  b.tensor_named("first").shape = {1, steps, 5};
  b.graph().operators.resize(1);
  b.graph().outputs = b.operator_making("first").outputs;
  return load(b);
}

TEST(Lstm, IsCutBehindTheLastState) {
  const graph::Graph graph = load(tiny::lstm());
  ASSERT_EQ(graph.stages.size(), 3U);
  EXPECT_EQ(graph::state_bytes(graph.stages[0]), 5 * 3);
  EXPECT_EQ(graph::state_bytes(graph.stages[1]), 6 * 3);
  EXPECT_EQ(graph::least_split(graph), 2);
}

// Each call commits its state once: three steps in one call are three calls of one step.
TEST(Lstm, GoesOnWhereTheCallBeforeEnded) {
  const Bytes record = {200, 7, 90, 255, 1, 130, 60, 127, 128, 3, 40, 250};
  for (const auto kernels : {graph::KernelSet::reference, graph::KernelSet::portable}) {
    const graph::Graph whole = first_layer(3);
    graph::Executor whole_executor(whole, kernels);
    const Bytes expected = answer(whole_executor, whole, record);

    const graph::Graph step = first_layer(1);
    graph::Executor executor(step, kernels);
    Bytes found;
    for (auto at = record.begin(); at != record.end(); at += 4) {
      const Bytes row = answer(executor, step, Bytes(at, at + 4));
      found.insert(found.end(), row.begin(), row.end());
    }
    EXPECT_EQ(found, expected);
    EXPECT_NE(answer(whole_executor, whole, record), expected);
    whole_executor.clear();
    EXPECT_EQ(answer(whole_executor, whole, record), expected);
  }
}

TEST(Lstm, SequencesOfACallKeepApart) {
  const Bytes record = {200, 7, 90, 255, 1, 130, 60, 127, 128, 3, 40, 250};
  // Batch-major: the same sequence twice gives the same answer twice, in one call and in the next.
  ModelBuilder b = tiny::lstm();
  b.tensor_named("input").shape = {2, 3, 4};
  b.tensor_named("first").shape = {2, 3, 5};
  b.tensor_named("hidden1").shape = b.tensor_named("cell1").shape = {2, 5};
  b.graph().operators.resize(1);
  b.graph().outputs = b.operator_making("first").outputs;
  const graph::Graph twice = load(b);
  graph::Executor executor(twice, graph::KernelSet::reference);
  const graph::Graph once = first_layer(3);
  graph::Executor one(once, graph::KernelSet::reference);
  Bytes doubled = record;
  doubled.insert(doubled.end(), record.begin(), record.end());
  for (int call = 0; call < 2; ++call) {
    const Bytes single = answer(one, once, record);
    Bytes expected = single;
    expected.insert(expected.end(), single.begin(), single.end());
    EXPECT_EQ(answer(executor, twice, doubled), expected) << "call " << call;
  }
}

// The converter leaves the scales between the parts of an LSTM behind as empty tensors that no operator
// reads.
TEST(Lstm, TensorsOfNoOperatorMayHaveAnyShape) {
  ModelBuilder b = tiny::lstm();
  b.tensor("effective_hidden_scale_intermediate", tiny::Type::INT8, {0}, {0.5F});
  EXPECT_EQ(load(b).stages.size(), 3U);
}

struct Damage {
  const char* name;
  std::function<void(ModelBuilder&)> damage;
  const char* message;
};

std::vector<std::int32_t>& operands(ModelBuilder& b) { return b.operator_making("first").inputs; }
auto& options(ModelBuilder& b) {
  return *b.operator_making("first").builtin_options.AsUnidirectionalSequenceLSTMOptions();
}

const Damage damages[] = {
    {"Peephole", [](auto& b) { operands(b)[10] = operands(b)[13]; },
     "'bias1_of_gate1' makes it an LSTM with peephole connections"},
    {"Projection", [](auto& b) { operands(b)[16] = operands(b)[5]; },
     "'recurrent1_of_gate0' makes it an LSTM with a projection"},
    {"LayerNormalization", [](auto& b) { operands(b)[23] = operands(b)[12]; },
     "'bias1_of_gate0' makes it an LSTM with layer normalization"},
    {"CoupledGates", [](auto& b) { operands(b)[1] = operands(b)[5] = -1; }, "(CIFG) is not supported"},
    {"Float", [](auto& b) { b.tensor_named("input").type = tiny::Type::FLOAT32; },
     "input 'input' (1x3x4 float32) is not int8; convert the model"},
    {"FloatWeights",
     [](auto& b) {
       b.tensor_named("weights1_of_gate2").type = tiny::Type::FLOAT32;
       b.model.buffers[b.tensor_named("weights1_of_gate2").buffer]->data.resize(80);
     },
     "weights 'weights1_of_gate2' (5x4 float32) is not int8"},
    {"Activation",
     [](auto& b) { options(b).fused_activation_function = tiny::schema::ActivationFunctionType::RELU; },
     "activation RELU is not supported"},
    {"WeightsPerChannel",
     [](auto& b) {
       b.tensor_named("recurrent1_of_gate3").quantization->scale.assign(5, 0.01F);
       b.tensor_named("recurrent1_of_gate3").quantization->zero_point.assign(5, 0);
     },
     "'recurrent1_of_gate3' (5x5 int8) has 5 quantization scales"},
    {"WeightsShape",
     [](auto& b) {
       b.tensor_named("weights1_of_gate1").shape = {4, 5};
     },
     "weights 'weights1_of_gate1' (4x5 int8) should be 5x4"},
    {"BiasType", [](auto& b) { operands(b)[14] = operands(b)[1]; },
     "bias 'weights1_of_gate0' (5x4 int8) is not int32"},
    {"HiddenStateConstant", [](auto& b) { b.tensor_named("hidden1").is_variable = false; },
     "state 'hidden1' (1x5 int8) is not a variable"},
    {"HiddenStateScale", [](auto& b) { b.tensor_named("hidden1").quantization->scale[0] = 0.25F; },
     "different scales or zero points"},
    {"CellStateSize",
     [](auto& b) {
       b.tensor_named("cell1").shape = {1, 4};
     },
     "state 'cell1' (1x4 int16) should have 5 elements"},
    {"CellStateType", [](auto& b) { b.tensor_named("cell1").type = tiny::Type::INT8; },
     "state 'cell1' (1x5 int8) is not int16"},
    {"CellStateScale", [](auto& b) { b.tensor_named("cell1").quantization->scale[0] = 0.0003F; },
     "should have a scale of 2^-28 to 1, a power of two"},
    {"Steps",
     [](auto& b) {
       b.tensor_named("first").shape = {3, 1, 5};
     },
     "are not vectors of the same steps and sequences"},
    {"StatesTooLarge",
     [](auto& b) {
       constexpr std::int32_t sequences = 45'000'000;  // activations alone would do
       b.tensor_named("input").shape = {sequences, 1, 4};
       b.tensor_named("first").shape = {sequences, 1, 5};
       b.tensor_named("hidden1").shape = b.tensor_named("cell1").shape = {sequences, 5};
       b.tensor_named("second").shape = {sequences, 1, 2};
       b.tensor_named("hidden2").shape = b.tensor_named("cell2").shape = {1, 2};
       b.tensor_named("scores").shape = {sequences / 3, 3};
     },
     "activations and states need more than 1 GiB together"},
    {"CellClip", [](auto& b) { options(b).cell_clip = std::numeric_limits<float>::quiet_NaN(); },
     "its cell clip is not a finite number"},
};

class LstmRefusal : public testing::TestWithParam<Damage> {};

TEST_P(LstmRefusal, NamesTheTensor) {
  ModelBuilder b = tiny::lstm();
  GetParam().damage(b);
  tiny::expect_refusal(b, GetParam().message);
  EXPECT_EQ(tiny::refusal(b).find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Lstm, LstmRefusal, testing::ValuesIn(damages),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
