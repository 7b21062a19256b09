// SPDX-License-Identifier: Apache-2.0
// Operators with several inputs or outputs, constants and positions, as imported.
#include <gtest/gtest.h>

#include <functional>

#include "graph/operator_name.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using tiny::expect_refusal;
using tiny::load;
using tiny::ModelBuilder;

std::vector<std::string> stages_of(const graph::Graph& graph) {
  std::vector<std::string> stages;
  for (const graph::Stage& stage : graph.stages) {
    stages.push_back(std::string(graph::operator_name(stage.op)) + " " + stage.name);
  }
  return stages;
}

TEST(Selections, EachOutputIsAStage) {
  // 'second' is nobody's input.
  EXPECT_EQ(stages_of(load(tiny::selections())),
            (std::vector<std::string>{"SPLIT first", "STRIDED_SLICE turned", "SLICE cut",
                                      "SPACE_TO_DEPTH deep", "DEPTH_TO_SPACE flat", "RESIZE_BILINEAR resized",
                                      "GATHER picked", "SPLIT_V kept", "SPLIT_V rest", "UNPACK column0",
                                      "UNPACK column1", "UNPACK column2", "UNPACK column3", "PACK packed"}));
}

TEST(Selections, SlicesAreRangesOfEachAxis) {
  const graph::Graph graph = load(tiny::selections());
  const auto& turned = std::get<graph::Slice>(graph.stages[1].op);
  EXPECT_EQ(turned.taken, (Shape{6, 4, 2}));
  EXPECT_EQ(turned.begin[0], 5);
  EXPECT_EQ(turned.stride[0], -1);
  EXPECT_EQ(turned.begin[1], 0);
  EXPECT_EQ(turned.stride[1], 2);
  EXPECT_EQ(turned.begin[2], 1);
  const auto& rest = std::get<graph::Slice>(graph.stages[8].op);
  EXPECT_EQ(rest.begin[1], 4);
  EXPECT_EQ(rest.taken, (Shape{3, 2, 2}));
  const auto& column = std::get<graph::Slice>(graph.stages[12].op);
  EXPECT_EQ(column.begin[1], 3);
  EXPECT_EQ(column.taken, (Shape{3, 1, 2}));
  EXPECT_EQ(column.out, (Shape{1, 3, 2}));
  EXPECT_FALSE(column.keeps_rows());
}

TEST(Selections, WhatTakesEverythingIsAReshape) {
  ModelBuilder b;
  const auto in = b.int8("in", {1, 2, 3, 4});
  const auto out = b.int8("out", {2, 3, 4});
  tiny::schema::UnpackOptionsT options;
  options.num = 1;
  b.op(tiny::Code::UNPACK, {in}, out, options);
  b.ends({in}, {out});
  EXPECT_EQ(stages_of(load(b)), std::vector<std::string>{"RESHAPE out"});
}

TEST(Functions, ConstantsAreSecondOperands) {
  const graph::Graph graph = load(tiny::functions());
  EXPECT_EQ(stages_of(graph),
            (std::vector<std::string>{"SUB difference", "MUL gated", "MAXIMUM raised", "MINIMUM lowered",
                                      "ADD shifted", "PRELU bent", "HARD_SWISH swish", "LEAKY_RELU leaky",
                                      "ELU elu", "ABS magnitude", "TANH tanh", "LOGISTIC result"}));
  const auto& difference = std::get<BroadcastAdd>(graph.stages[0].op);
  EXPECT_TRUE(!difference.negate_first && difference.negate_second);
  EXPECT_EQ(std::get<Mul>(graph.stages[1].op).second, (Shape{1, 1, 3}));
  const graph::Stage& minimum = graph.stages[3];
  EXPECT_EQ(minimum.inputs.size(), 1U);
  EXPECT_EQ(minimum.constants, (std::vector<std::int8_t>{60, 70, 80, 90}));
  EXPECT_EQ(std::get<Minimum>(minimum.op).second, (Shape{4, 1, 1}));
}

struct Damage {
  const char* name;
  ModelBuilder (*model)();
  std::function<void(ModelBuilder&)> damage;
  const char* message;  // part of the refusal
};

std::ostream& operator<<(std::ostream& stream, const Damage& damage) { return stream << damage.name; }

class SelectionRefusal : public testing::TestWithParam<Damage> {};

TEST_P(SelectionRefusal, NamesWhatIsWrong) {
  ModelBuilder b = GetParam().model();
  GetParam().damage(b);
  expect_refusal(b, GetParam().message);
}

void set_integers(ModelBuilder& b, const char* name, const std::vector<std::int32_t>& values) {
  const std::int32_t index = b.integers("replacement", values);
  auto& tensors = b.graph().tensors;
  b.tensor_named(name).buffer = tensors[static_cast<std::size_t>(index)]->buffer;
}

template <class Options>
Options& options(ModelBuilder& b, const char* output) {
  return *static_cast<Options*>(b.operator_making(output).builtin_options.value);
}

namespace schema = tiny::schema;
const Damage damages[] = {
    {"BothConstant", tiny::functions,
     [](auto& b) { b.operator_making("lowered").inputs[1] = b.operator_making("raised").inputs[1]; },
     "both inputs are constants"},
    {"Broadcast", tiny::functions,
     [](auto& b) {
       b.tensor_named("gate").shape = {1, 1, 2, 3};
     },
     "'gate' (1x1x2x3 int8) cannot be broadcast"},
    {"ExtremumScale", tiny::functions, [](auto& b) { b.tensor_named("floor").quantization->scale = {0.2F}; },
     "different scales or zero points"},
    {"FineSum", tiny::functions, [](auto& b) { b.tensor_named("difference").quantization->scale = {1e-9F}; },
     "output scale is too small for its inputs' scales"},
    {"FineProduct", tiny::functions, [](auto& b) { b.tensor_named("gated").quantization->scale = {1e-9F}; },
     "output scale is too small for its inputs' scales"},
    {"AlphaFirst", tiny::functions,
     [](auto& b) { std::swap(b.operator_making("bent").inputs[0], b.operator_making("bent").inputs[1]); },
     "is a constant; only activations"},
    {"StrideZero", tiny::selections,
     [](auto& b) {
       set_integers(b, "strides", {1, 0, 2, -1});
     },
     "stride is 0"},
    {"Ellipsis", tiny::selections,
     [](auto& b) { options<schema::StridedSliceOptionsT>(b, "turned").ellipsis_mask = 1; }, "an ellipsis"},
    {"SliceEmpty", tiny::selections,
     [](auto& b) {
       set_integers(b, "cut_size", {1, 0, -1, 2});
     },
     "is empty"},
    {"SliceOutside", tiny::selections,
     [](auto& b) {
       set_integers(b, "cut_begin", {0, 3, 0, 0});
     },
     "is empty or outside of 'turned'"},
    {"SliceHuge", tiny::selections,
     [](auto& b) {
       set_integers(b, "cut_begin", {0, 2147483647, 0, 0});
     },
     "begin or size is outside"},
    {"SliceOutput", tiny::selections,
     [](auto& b) {
       set_integers(b, "cut_size", {1, 3, -1, 2});
     },
     "does not fit what is taken"},
    {"SplitCount", tiny::selections,
     [](auto& b) { options<schema::SplitOptionsT>(b, "first").num_splits = 3; }, "not equal parts"},
    {"SplitAxis", tiny::selections, [](auto& b) { set_integers(b, "split_axis", {4}); }, "axis 4 is outside"},
    {"SplitSizes", tiny::selections,
     [](auto& b) {
       set_integers(b, "sizes", {-1, -1});
     },
     "two of its sizes"},
    {"SplitTooMuch", tiny::selections,
     [](auto& b) {
       set_integers(b, "sizes", {4, 4});
     },
     "empty or outside"},
    {"UnpackCount", tiny::selections, [](auto& b) { options<schema::UnpackOptionsT>(b, "column0").num = 3; },
     "not as many outputs"},
    {"PackAxis", tiny::selections, [](auto& b) { options<schema::PackOptionsT>(b, "packed").axis = 7; },
     "axis 7 is outside"},
    {"PackShape", tiny::selections, [](auto& b) { options<schema::PackOptionsT>(b, "packed").axis = 2; },
     "not as many parts"},
    {"GatherOutside", tiny::selections,
     [](auto& b) {
       set_integers(b, "columns", {0, 6, 1, 1, 3, 7});
     },
     "position 7 is outside"},
    {"GatherBatch", tiny::selections,
     [](auto& b) { options<schema::GatherOptionsT>(b, "picked").batch_dims = 1; }, "batch dimensions"},
    {"Block", tiny::selections,
     [](auto& b) { options<schema::SpaceToDepthOptionsT>(b, "deep").block_size = 3; }, "a block of 3"},
    {"BlockZero", tiny::selections,
     [](auto& b) { options<schema::DepthToSpaceOptionsT>(b, "flat").block_size = 0; }, "a block of 0"},
    {"ResizeSize", tiny::selections,
     [](auto& b) {
       set_integers(b, "size", {3, 8});
     },
     "the stated size"},
};
INSTANTIATE_TEST_SUITE_P(All, SelectionRefusal, testing::ValuesIn(damages),
                         [](const auto& damage) { return std::string(damage.param.name); });

TEST(Selections, ResizeBeyondItsPrecisionIsRefused) {
  ModelBuilder b;
  const auto in = b.int8("in", {1, 1, 1, 1});
  const auto out = b.int8("out", {1, 1, 2000, 1});
  b.op(tiny::Code::RESIZE_BILINEAR, {in, b.integers("size", {1, 2000})}, out,
       schema::ResizeBilinearOptionsT());
  b.ends({in}, {out});
  expect_refusal(b, "beyond the precision");
}

}  // namespace
