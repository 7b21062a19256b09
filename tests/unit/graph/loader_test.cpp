// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

#include "graph/executor.hpp"
#include "graph/operator_name.hpp"
#include "graph/split.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer;
using graph::ImportError;
using tiny::Bytes;
using tiny::load;
using tiny::ModelBuilder;
using tiny::refusal;
using tiny::Type;

TEST(Loader, ReadsStagesAndFoldsShapeArithmetic) {
  const graph::Graph graph = load(tiny::classifier().bytes());
  std::vector<std::string> stages;
  for (const graph::Stage& stage : graph.stages) {
    stages.push_back(stage.name + " " + graph::operator_name(stage.op));
  }
  EXPECT_EQ(stages,
            (std::vector<std::string>{"conv CONV_2D", "depthwise DEPTHWISE_CONV_2D", "pool AVERAGE_POOL_2D",
                                      "flat RESHAPE", "scores FULLY_CONNECTED", "result SOFTMAX"}));
  EXPECT_EQ(graph.tensors.size(), 7U);
  const auto& conv = std::get<Conv2d>(graph.stages[0].op);
  EXPECT_EQ(conv.in, (Shape{6, 6, 2}));
  EXPECT_EQ(conv.out, (Shape{6, 6, 4}));
  EXPECT_EQ(conv.window.pad_top, 1);
  EXPECT_EQ(conv.in_zero_point, -3);
  EXPECT_TRUE(conv.per_channel);
  EXPECT_EQ(conv.clamp.min, -128);
  EXPECT_EQ(conv.clamp.max, -8);  // 6 / 0.05 above the zero point
  EXPECT_EQ(graph.stages[0].weights.multiplier.size(), 4U);
  EXPECT_EQ(graph.stages[0].weights.bias, (std::vector<std::int32_t>{1, 1, 1, 1}));
  const auto& depthwise = std::get<DepthwiseConv2d>(graph.stages[1].op);
  EXPECT_EQ(depthwise.depth_multiplier(), 2);
  EXPECT_EQ(depthwise.window.pad_top, 0);  // 6 rows, stride 2, window 3: one row of padding, behind
  EXPECT_FALSE(std::get<FullyConnected>(graph.stages[4].op).per_channel);
}

TEST(Loader, ReadsOperatorsThatMoveValues) {
  const graph::Graph graph = load(tiny::movements().bytes());
  ASSERT_EQ(graph.stages.size(), 11U);
  const auto& quantize = std::get<Quantize>(graph.stages[0].op);
  EXPECT_EQ(quantize.scale, 0.5F);
  EXPECT_EQ(quantize.zero_point, 10);
  const auto& pad = std::get<Pad>(graph.stages[1].op);
  EXPECT_EQ(pad.top, 1);
  EXPECT_EQ(pad.left, 0);
  EXPECT_EQ(pad.value, -5);
  const auto& transpose = std::get<Transpose>(graph.stages[2].op);
  EXPECT_EQ(transpose.permutation[0], 1);
  EXPECT_EQ(transpose.permutation[1], 0);
  EXPECT_EQ(transpose.permutation[2], 2);
  const auto& joined = std::get<graph::Concatenation>(graph.stages[4].op);
  ASSERT_EQ(joined.parts.size(), 2U);
  EXPECT_EQ(joined.parts[1].axis, Axis::channels);
  EXPECT_EQ(joined.parts[1].offset, 2);
  EXPECT_EQ(graph.stages[4].inputs[0], graph.stages[4].inputs[1]);
  const auto& clamped = std::get<Requantize>(graph.stages[5].op);
  EXPECT_EQ(clamped.clamp.min, -10);
  EXPECT_EQ(clamped.clamp.max, 10);
  EXPECT_EQ(clamped.in_zero_point, 10);
  const auto& mean = std::get<Mean>(graph.stages[7].op);
  EXPECT_TRUE(mean.over_height && !mean.over_width && !mean.over_channels);
  EXPECT_EQ(std::get<Reshape>(graph.stages[8].op).out, (Shape{1, 5, 4}));
  EXPECT_EQ(std::get<Requantize>(graph.stages[10].op).clamp.max, 255);
}

TEST(Loader, RunsFromFloatToFloatAndBytes) {
  const graph::Graph graph = load(tiny::movements().bytes());
  graph::Executor executor(graph, graph::KernelSet::reference);
  std::vector<float> image(4 * 6 * 2, -0.25F);
  Bytes record(image.size() * sizeof(float));
  std::memcpy(record.data(), image.data(), record.size());
  graph::load_record(executor, graph, record);
  executor.run(0, graph::stage_count(graph), 0);
  const Bytes outputs = graph::output_record(executor, graph, 0);
  ASSERT_EQ(outputs.size(), 5U * 4 * (sizeof(float) + 1));
  // -0.25 is half a step of 0.5 and rounds away from zero, to -0.5. The padding is -7.5, which the clamp
  // raises to -1; of it, only the row above the image survives the resizing and the pooling, as the first
  // column.
  for (std::size_t i = 0; i < 20; ++i) {
    float real = 0.0F;
    std::memcpy(&real, outputs.data() + i * sizeof(float), sizeof(float));
    EXPECT_FLOAT_EQ(real, i < 4 ? -1.0F : -0.5F);
    EXPECT_EQ(outputs[20 * sizeof(float) + i], i < 4 ? 118 : 123);
  }
}

TEST(Loader, TakesBytesAtAnyAddress) {
  Bytes bytes = tiny::classifier().bytes();
  bytes.insert(bytes.begin(), 0);
  EXPECT_EQ(graph::load_tflite(std::span(bytes).subspan(1), {}).stages.size(), 6U);
}

TEST(Loader, DropsStagesThatNoOutputNeeds) {
  ModelBuilder b = tiny::two_exits();
  b.graph().outputs.pop_back();  // exit0
  const graph::Graph graph = load(b.bytes());
  EXPECT_EQ(graph.stages.size(), 5U);
  EXPECT_EQ(graph.stages[1].name, "second");
}

TEST(Loader, GivesUnnamedTensorsANameAndStripsControlCharacters) {
  ModelBuilder b = tiny::classifier();
  b.tensor_named("conv").name = "";
  b.tensor_named("pool").name = "po\x1b[31mol";
  const graph::Graph graph = load(b.bytes());
  EXPECT_EQ(graph.stages[0].name, "tensor_1");
  EXPECT_EQ(graph.stages[2].name, "po?[31mol");
}

struct Damage {
  const char* name;
  std::function<void(ModelBuilder&)> damage;
  const char* message;  // part of the refusal
};

std::ostream& operator<<(std::ostream& stream, const Damage& damage) { return stream << damage.name; }

class Refusal : public testing::TestWithParam<Damage> {};

TEST_P(Refusal, NamesWhatIsWrongInOneLine) {
  ModelBuilder b = tiny::classifier();
  GetParam().damage(b);
  const std::string message = refusal(b.bytes());
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

void set_code(ModelBuilder& b, const std::string& output, tiny::Code code) {
  b.model.operator_codes[b.operator_making(output).opcode_index]->builtin_code = code;
}

const Damage damages[] = {
    {"Version", [](auto& b) { b.model.version = 2; }, "schema version 2; version 3 is supported"},
    {"TwoSubgraphs",
     [](auto& b) { b.model.subgraphs.push_back(std::make_unique<tiny::schema::SubGraphT>()); },
     "2 subgraphs"},
    {"NoSubgraph", [](auto& b) { b.model.subgraphs.clear(); }, "0 subgraphs"},
    {"NoOutputs", [](auto& b) { b.graph().outputs.clear(); }, "no inputs or no outputs"},
    {"OutputOutOfRange", [](auto& b) { b.graph().outputs = {99}; },
     "network outputs: tensor 99 is not in the file"},
    {"OperatorInputOutOfRange", [](auto& b) { b.operator_making("conv").inputs[0] = 1000; },
     "operator 0: tensor 1000 is not in the file"},
    {"OperatorOutputNegative", [](auto& b) { b.operator_making("conv").outputs[0] = -1; },
     "tensor -1 is not in the file"},
    {"TwoOutputs", [](auto& b) { b.operator_making("conv").outputs.push_back(3); },
     "has 2 outputs instead of 1"},
    {"CodeOutOfRange", [](auto& b) { b.operator_making("conv").opcode_index = 77; },
     "operator code 77 is not in the file"},
    {"BufferOutOfRange", [](auto& b) { b.tensor_named("conv_filter").buffer = 500; },
     "'conv_filter': buffer 500"},
    {"ShortBuffer", [](auto& b) { b.model.buffers[b.tensor_named("conv_filter").buffer]->data.pop_back(); },
     "needs 72 bytes, its buffer has 71"},
    {"UnsupportedOperator", [](auto& b) { set_code(b, "result", tiny::Code::COS); },
     "COS of 'result' (operator 8): operator is not supported; supported: CONV_2D"},
    {"UnknownOperator", [](auto& b) { set_code(b, "result", static_cast<tiny::Code>(4000)); },
     "number 4000 of 'result'"},
    {"CustomOperator",
     [](auto& b) {
       set_code(b, "result", tiny::Code::CUSTOM);
       b.model.operator_codes[b.operator_making("result").opcode_index]->custom_code = "Detect";
     },
     "CUSTOM Detect of 'result'"},
    {"FloatActivation", [](auto& b) { b.tensor_named("input").type = Type::FLOAT32; },
     "input 'input' (1x6x6x2 float32) is not int16, int8; convert the model with full-integer"},
    {"Int16Activation", [](auto& b) { b.tensor_named("conv").type = Type::INT16; },
     "'conv' (1x6x6x4 int16) is not int8"},
    {"DynamicInput",
     [](auto& b) {
       b.tensor_named("input").shape_signature = {-1, -1, 6, 2};
     },
     "shape is dynamic"},
    {"ZeroDimension",
     [](auto& b) {
       b.tensor_named("input").shape = {1, 0, 6, 2};
     },
     "'input': shape 1x0x6x2 is dynamic or empty"},
    {"HugeShape",
     [](auto& b) {
       b.tensor_named("input").shape = {1, 65536, 65536, 65536};
     },
     "is too large"},
    {"TooManyDimensions", [](auto& b) { b.tensor_named("input").shape.assign(9, 1); }, "has 9 dimensions"},
    {"Batch", [](auto& b) { b.tensor_named("input").shape[0] = 4; }, "has a batch of 4; only batch 1"},
    {"Variable", [](auto& b) { b.tensor_named("conv").is_variable = true; },
     "a variable tensor is only supported as the state"},
    {"Sparse",
     [](auto& b) {
       b.tensor_named("conv_filter").sparsity = std::make_unique<tiny::schema::SparsityParametersT>();
     },
     "sparse tensors are not supported"},
    {"UsedBeforeMade", [](auto& b) { std::swap(b.graph().operators[0], b.graph().operators[1]); },
     "'conv' (1x6x6x4 int8) is read before an operator makes it"},
    {"ReadsItself",
     [](auto& b) { b.operator_making("result").inputs[0] = b.operator_making("result").outputs[0]; },
     "is read before an operator makes it"},
    {"MadeTwice", [](auto& b) { b.operator_making("scores").outputs = b.operator_making("flat").outputs; },
     "has a value already"},
    {"WritesAConstant",
     [](auto& b) { b.operator_making("conv").outputs[0] = b.operator_making("conv").inputs[1]; },
     "has a value already"},
    {"InputTwice", [](auto& b) { b.graph().inputs.push_back(b.graph().inputs[0]); }, "is an input twice"},
    {"OutputIsInput", [](auto& b) { b.graph().outputs.push_back(b.graph().inputs[0]); },
     "is an input or an output already"},
    {"OutputNeverMade", [](auto& b) { b.graph().operators.pop_back(); },
     "'result' (1x3 int8): no operator makes it"},
    {"NoScale", [](auto& b) { b.tensor_named("conv").quantization.reset(); },
     "'conv' (1x6x6x4 int8) has 0 quantization scales"},
    {"ZeroScale", [](auto& b) { b.tensor_named("conv").quantization->scale[0] = 0.0F; },
     "scale is not a positive number"},
    {"InfiniteScale",
     [](auto& b) { b.tensor_named("conv").quantization->scale[0] = std::numeric_limits<float>::infinity(); },
     "scale is not a positive number"},
    {"ZeroPointOutOfRange", [](auto& b) { b.tensor_named("conv").quantization->zero_point[0] = 200; },
     "zero point 200"},
    {"FilterZeroPoint", [](auto& b) { b.tensor_named("scores_filter").quantization->zero_point[0] = 3; },
     "only symmetric filters"},
    {"FilterScaleCount",
     [](auto& b) {
       b.tensor_named("conv_filter").quantization->scale.pop_back();
       b.tensor_named("conv_filter").quantization->zero_point.pop_back();
     },
     "has 3 scales for 4 output channels"},
    {"FilterDimension", [](auto& b) { b.tensor_named("conv_filter").quantization->quantized_dimension = 3; },
     "quantized along dimension 3 instead of 0"},
    {"FilterNotConstant", [](auto& b) { b.tensor_named("conv_filter").buffer = 0; },
     "'conv_filter' (4x3x3x2 int8) is not a constant"},
    {"FilterChannels",
     [](auto& b) {
       b.tensor_named("conv_filter").shape = {4, 3, 1, 6};
     },
     "groups are not supported"},
    {"BiasType", [](auto& b) { b.tensor_named("conv_bias").type = Type::FLOAT32; },
     "bias 'conv_bias' (4 float32) is not int32"},
    {"BiasSize", [](auto& b) { b.operator_making("conv").inputs[2] = b.operator_making("scores").inputs[2]; },
     "one element for each of the 4 output channels"},
    {"AccumulatorOverflow",
     [](auto& b) {
       b.model.buffers[b.tensor_named("conv_bias").buffer]->data = {1,   0,   0,   0,   1, 0, 0, 0,
                                                                    255, 255, 255, 127, 1, 0, 0, 0};
     },
     "output channel 2 can overflow the 32-bit accumulator"},
    {"OutputShape", [](auto& b) { b.tensor_named("conv").shape[1] = 5; },
     "output height is 5, the window gives 6"},
    {"ZeroStride", [](auto& b) { b.operator_making("conv").builtin_options.AsConv2DOptions()->stride_h = 0; },
     "is out of range"},
    {"HugeDilation",
     [](auto& b) {
       b.operator_making("conv").builtin_options.AsConv2DOptions()->dilation_w_factor = 1 << 30;
     },
     "is out of range"},
    {"TanhActivation",
     [](auto& b) {
       b.operator_making("conv").builtin_options.AsConv2DOptions()->fused_activation_function =
           tiny::schema::ActivationFunctionType::TANH;
     },
     "fused activation TANH is not supported"},
    {"NoOptions", [](auto& b) { b.operator_making("conv").builtin_options.Reset(); },
     "its options are missing"},
    {"PoolRequantizes", [](auto& b) { b.tensor_named("pool").quantization->scale[0] = 0.5F; },
     "different scales"},
    {"ReshapeSize",
     [](auto& b) {
       b.tensor_named("flat").shape = {1, 9};
     },
     "is not that of its output"},
    {"ReshapeShapeUnknown",
     [](auto& b) { b.operator_making("flat").inputs[1] = b.tensor("unknown", Type::INT32, {2}); },
     "new shape 'unknown' (2 int32) must be constant integers"},
    {"SoftmaxScale", [](auto& b) { b.tensor_named("result").quantization->scale[0] = 0.5F; }, "scale 1/256"},
    {"DataBehindTheFile",
     [](auto& b) { b.model.buffers[b.tensor_named("conv_filter").buffer]->offset = 4096; },
     "data outside the FlatBuffers part"},
};

INSTANTIATE_TEST_SUITE_P(Loader, Refusal, testing::ValuesIn(damages),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Loader, RefusesDilationThatTakesIndicesOutOf32Bits) {
  for (const std::int32_t dilation : {1, 1 << 22}) {
    ModelBuilder b;
    const auto input = b.int8("input", {1, 1, 1, 1024});
    const auto output = b.int8("output", {1, 1, 1, 1024});
    tiny::schema::DepthwiseConv2DOptionsT options;
    options.stride_h = options.stride_w = 1;
    options.dilation_h_factor = dilation;
    b.op(tiny::Code::DEPTHWISE_CONV_2D, {input, b.filter("filter", {1, 3, 3, 1024}, {0.1F}, 3)}, output,
         options);
    b.ends({input}, {output});
    const std::string message = refusal(b.bytes());
    EXPECT_EQ(message == "accepted", dilation == 1) << message;
    if (dilation > 1) {
      EXPECT_NE(message.find("window with its dilation is out of range"), std::string::npos) << message;
    }
  }
}

class MovementRefusal : public testing::TestWithParam<Damage> {};

TEST_P(MovementRefusal, NamesWhatIsWrongInOneLine) {
  ModelBuilder b = tiny::movements();
  GetParam().damage(b);
  const std::string message = refusal(b.bytes());
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

void set_integers(ModelBuilder& b, const std::string& tensor, const std::vector<std::int32_t>& values) {
  Bytes& data = b.model.buffers[b.tensor_named(tensor).buffer]->data;
  data.resize(values.size() * sizeof(std::int32_t));
  std::memcpy(data.data(), values.data(), data.size());
}

const Damage movement_damages[] = {
    {"PadBatch",
     [](auto& b) {
       set_integers(b, "paddings", {1, 0, 1, 0, 0, 2, 0, 0});
     },
     "paddings do not lead from"},
    {"PadNegative",
     [](auto& b) {
       set_integers(b, "paddings", {0, 0, -1, 2, 0, 2, 0, 0});
     },
     "paddings do not lead from"},
    {"PadOverflow",
     [](auto& b) {
       const std::int64_t values[] = {0, 0, 1, std::numeric_limits<std::int64_t>::max(), 0, 2, 0, 0};
       tiny::schema::TensorT& paddings = b.tensor_named("paddings");
       paddings.type = Type::INT64;
       b.model.buffers[paddings.buffer]->data.resize(sizeof values);
       std::memcpy(b.model.buffers[paddings.buffer]->data.data(), values, sizeof values);
     },
     "paddings do not lead from"},
    {"PadRank",
     [](auto& b) {
       b.tensor_named("padded").shape = {5, 8, 2};
     },
     "do not have the rank of the input"},
    {"PadValueType", [](auto& b) { b.tensor_named("pad_value").type = Type::UINT8; },
     "must be one constant int8"},
    {"PadRequantizes", [](auto& b) { b.tensor_named("padded").quantization->zero_point[0] = 11; },
     "different scales or zero points"},
    {"TransposeBatch",
     [](auto& b) {
       set_integers(b, "permutation", {1, 0, 2, 3});
     },
     "is not the permuted shape"},
    {"TransposeTwice",
     [](auto& b) {
       set_integers(b, "permutation", {0, 2, 2, 3});
     },
     "is not the permuted shape"},
    {"TransposeOutside",
     [](auto& b) {
       set_integers(b, "permutation", {0, 2, 1, 4});
     },
     "names no axis"},
    {"ResizeSize",
     [](auto& b) {
       set_integers(b, "size", {4, 11});
     },
     "does not fit the input"},
    {"ConcatenationAxis",
     [](auto& b) { b.operator_making("joined").builtin_options.AsConcatenationOptions()->axis = 0; },
     "is the batch"},
    {"ConcatenationAxisOutside",
     [](auto& b) { b.operator_making("joined").builtin_options.AsConcatenationOptions()->axis = 4; },
     "axis 4 is outside"},
    {"ConcatenationSize", [](auto& b) { b.operator_making("joined").inputs.pop_back(); },
     "do not fill the output"},
    {"ConcatenationTooMany",
     [](auto& b) { b.operator_making("joined").inputs.assign(3, b.operator_making("joined").inputs[0]); },
     "do not fill the output"},
    {"ConcatenationOfVeryMany",
     [](auto& b) { b.operator_making("joined").inputs.assign(256, b.operator_making("joined").inputs[0]); },
     "has 256 inputs, at most 255"},
    {"TooManyOutputs", [](auto& b) { b.graph().outputs.assign(256, b.graph().outputs[0]); },
     "256 outputs, at most 255"},
    {"ConcatenationNothing", [](auto& b) { b.operator_making("joined").inputs.clear(); },
     "do not fill the output"},
    {"MeanBatch", [](auto& b) { set_integers(b, "axes", {0}); }, "is the batch"},
    {"MeanShape", [](auto& b) { set_integers(b, "axes", {2}); }, "does not fit the input"},
    {"SqueezeSize",
     [](auto& b) {
       b.tensor_named("squeezed").shape = {5, 5};
     },
     "have different sizes"},
    {"QuantizeToInt32", [](auto& b) { b.tensor_named("quantized").type = Type::INT32; },
     "supported: float32, uint8, int8 and int16 to int8"},
    {"DequantizeFromUint8",
     [](auto& b) { b.operator_making("real").inputs[0] = b.operator_making("bytes").outputs[0]; },
     "is not int16, int8"},
    {"ActivationShape",
     [](auto& b) {
       b.tensor_named("clamped").shape = {1, 10, 4, 4};
     },
     "different shapes"},
    {"PaddingsNotConstant", [](auto& b) { b.tensor_named("paddings").buffer = 0; },
     "must be constant integers"},
};

INSTANTIATE_TEST_SUITE_P(Loader, MovementRefusal, testing::ValuesIn(movement_damages),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Loader, RefusesEveryTruncation) {
  const Bytes bytes = tiny::classifier().bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(refusal({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}), "accepted")
        << length;
  }
}

TEST(Loader, RefusesAnotherIdentifier) {
  Bytes bytes = tiny::classifier().bytes();
  bytes[4] = 'X';
  EXPECT_NE(refusal(bytes).find("identifier TFL3 is missing"), std::string::npos);
}

// What a damaged byte leaves acceptable must be safe to run too.
TEST(Loader, NoDamagedByteLeadsAstray) {
  const Bytes bytes = tiny::classifier().bytes();
  int accepted = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      Bytes damaged = bytes;
      damaged[at] ^= static_cast<std::uint8_t>(1U << bit);
      try {
        const graph::Graph graph = load(damaged);
        graph::Executor executor(graph, graph::KernelSet::reference);
        executor.run(0, graph::stage_count(graph), 0);
        ++accepted;
      } catch (const ImportError&) {
      }
    }
  }
  EXPECT_GT(accepted, 0);  // weights may have any value
}

}  // namespace
