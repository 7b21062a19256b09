// SPDX-License-Identifier: Apache-2.0
#include "tiny_models.hpp"

#include <cstring>
#include <stdexcept>

namespace tiny {
namespace {

schema::Conv2DOptionsT convolution() {
  schema::Conv2DOptionsT options;
  options.stride_w = options.stride_h = 1;
  options.fused_activation_function = schema::ActivationFunctionType::RELU6;
  return options;
}

}  // namespace

ModelBuilder::ModelBuilder() {
  model.version = 3;
  model.description = "tiny";
  model.buffers.push_back(std::make_unique<schema::BufferT>());
  model.subgraphs.push_back(std::make_unique<schema::SubGraphT>());
}

std::int32_t ModelBuilder::tensor(const std::string& name, Type type, std::vector<std::int32_t> shape,
                                  std::vector<float> scales, std::int64_t zero_point, Bytes data) {
  auto made = std::make_unique<schema::TensorT>();
  made->name = name;
  made->type = type;
  made->shape = std::move(shape);
  if (!scales.empty()) {
    made->quantization = std::make_unique<schema::QuantizationParametersT>();
    made->quantization->zero_point.assign(scales.size(), zero_point);
    made->quantization->scale = std::move(scales);
  }
  if (!data.empty()) {
    made->buffer = static_cast<std::uint32_t>(model.buffers.size());
    model.buffers.push_back(std::make_unique<schema::BufferT>());
    model.buffers.back()->data = std::move(data);
  }
  graph().tensors.push_back(std::move(made));
  return static_cast<std::int32_t>(graph().tensors.size()) - 1;
}

std::int32_t ModelBuilder::variable(const std::string& name, Type type, std::vector<std::int32_t> shape,
                                    float scale, std::int64_t zero_point) {
  const std::int32_t index = tensor(name, type, std::move(shape), {scale}, zero_point);
  graph().tensors.back()->is_variable = true;
  return index;
}

std::int32_t ModelBuilder::integers(const std::string& name, const std::vector<std::int32_t>& values,
                                    bool scalar) {
  std::vector<std::int32_t> shape;
  if (!scalar) shape.push_back(static_cast<std::int32_t>(values.size()));
  return tensor(name, Type::INT32, shape, {}, 0, bytes_of(values));
}

std::int32_t ModelBuilder::filter(const std::string& name, std::vector<std::int32_t> shape,
                                  std::vector<float> scales, int dimension) {
  std::size_t size = 1;
  for (const std::int32_t s : shape) size *= static_cast<std::size_t>(s);
  Bytes values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<std::uint8_t>(i * 37 % 255);
  const std::int32_t index =
      tensor(name, Type::INT8, std::move(shape), std::move(scales), 0, std::move(values));
  graph().tensors.back()->quantization->quantized_dimension = dimension;
  return index;
}

std::int32_t ModelBuilder::bias(const std::string& name, std::int32_t channels) {
  const std::vector<std::int32_t> ones(static_cast<std::size_t>(channels), 1);
  return tensor(name, Type::INT32, {channels}, {1.0F}, 0, bytes_of(ones));
}

void ModelBuilder::op(Code code, std::vector<std::int32_t> inputs, std::int32_t output) {
  auto made = std::make_unique<schema::OperatorT>();
  made->opcode_index = static_cast<std::uint32_t>(model.operator_codes.size());
  made->inputs = std::move(inputs);
  made->outputs = {output};
  model.operator_codes.push_back(std::make_unique<schema::OperatorCodeT>());
  model.operator_codes.back()->builtin_code = code;
  graph().operators.push_back(std::move(made));
}

void ModelBuilder::ends(std::vector<std::int32_t> inputs, std::vector<std::int32_t> outputs) {
  graph().inputs = std::move(inputs);
  graph().outputs = std::move(outputs);
}

schema::TensorT& ModelBuilder::tensor_named(const std::string& name) {
  for (const auto& tensor : graph().tensors) {
    if (tensor->name == name) return *tensor;
  }
  throw std::logic_error("no tensor " + name);
}

schema::OperatorT& ModelBuilder::operator_making(const std::string& name) {
  for (const auto& op : graph().operators) {
    if (graph().tensors[static_cast<std::size_t>(op->outputs.at(0))]->name == name) return *op;
  }
  throw std::logic_error("no operator makes " + name);
}

Bytes ModelBuilder::bytes() const {
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishModelBuffer(builder, schema::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

ModelBuilder classifier() {
  ModelBuilder b;
  const auto input = b.int8("input", {1, 6, 6, 2}, 0.5F, -3);
  const auto conv = b.int8("conv", {1, 6, 6, 4}, 0.05F, -128);
  b.op(
      Code::CONV_2D,
      {input, b.filter("conv_filter", {4, 3, 3, 2}, {0.01F, 0.02F, 0.03F, 0.04F}, 0), b.bias("conv_bias", 4)},
      conv, convolution());
  const auto depthwise = b.int8("depthwise", {1, 3, 3, 8}, 0.25F, 5);
  schema::DepthwiseConv2DOptionsT depthwise_options;
  depthwise_options.stride_w = depthwise_options.stride_h = 2;
  depthwise_options.depth_multiplier = 2;
  b.op(Code::DEPTHWISE_CONV_2D,
       {conv, b.filter("depthwise_filter", {1, 3, 3, 8}, std::vector<float>(8, 0.05F), 3),
        b.bias("depthwise_bias", 8)},
       depthwise, depthwise_options);
  const auto pool = b.int8("pool", {1, 1, 1, 8}, 0.25F, 5);
  schema::Pool2DOptionsT pool_options;
  pool_options.padding = schema::Padding::VALID;
  pool_options.stride_w = pool_options.stride_h = pool_options.filter_width = pool_options.filter_height = 3;
  b.op(Code::AVERAGE_POOL_2D, {depthwise}, pool, pool_options);
  const auto shape = b.tensor("shape", Type::INT32, {4});
  b.op(Code::SHAPE, {pool}, shape);
  const auto batch = b.tensor("batch", Type::INT32, {});
  schema::StridedSliceOptionsT slice;
  slice.shrink_axis_mask = 1;
  b.op(Code::STRIDED_SLICE,
       {shape, b.integers("begin", {0}), b.integers("end", {1}), b.integers("stride", {1})}, batch, slice);
  const auto new_shape = b.tensor("new_shape", Type::INT32, {2});
  schema::PackOptionsT pack;
  pack.values_count = 2;
  b.op(Code::PACK, {batch, b.integers("rest", {8}, true)}, new_shape, pack);
  const auto flat = b.int8("flat", {1, 8}, 0.25F, 5);
  b.op(Code::RESHAPE, {pool, new_shape}, flat);
  const auto scores = b.int8("scores", {1, 3}, 0.125F, 1);
  b.op(Code::FULLY_CONNECTED, {flat, b.filter("scores_filter", {3, 8}, {0.01F}, 0), b.bias("scores_bias", 3)},
       scores, schema::FullyConnectedOptionsT());
  const auto result = b.int8("result", {1, 3}, 1.0F / 256, -128);
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1.0F;
  b.op(Code::SOFTMAX, {scores}, result, softmax);
  b.ends({input}, {result});
  return b;
}

ModelBuilder two_exits() {
  ModelBuilder b;
  const auto input = b.int8("input", {1, 4, 4, 2});
  const auto first = b.int8("first", {1, 4, 4, 2}, 0.1F, -128);
  b.op(Code::CONV_2D, {input, b.filter("filter1", {2, 3, 3, 2}, {0.02F}, 0), b.bias("bias1", 2)}, first,
       convolution());
  const auto axes = b.integers("axes", {1, 2});
  const auto mean0 = b.int8("mean0", {1, 2}, 0.1F, -128);
  b.op(Code::MEAN, {first, axes}, mean0);
  const auto exit0 = b.int8("exit0", {1, 3});
  b.op(Code::FULLY_CONNECTED, {mean0, b.filter("filter0", {3, 2}, {0.01F}, 0), b.bias("bias0", 3)}, exit0,
       schema::FullyConnectedOptionsT());
  const auto second = b.int8("second", {1, 4, 4, 2}, 0.1F, -128);
  b.op(Code::CONV_2D, {first, b.filter("filter2", {2, 3, 3, 2}, {0.02F}, 0), b.bias("bias2", 2)}, second,
       convolution());
  const auto sum = b.int8("sum", {1, 4, 4, 2}, 0.2F, -128);
  b.op(Code::ADD, {first, second}, sum, schema::AddOptionsT());
  const auto mean1 = b.int8("mean1", {1, 2}, 0.2F, -128);
  b.op(Code::MEAN, {sum, axes}, mean1);
  const auto exit1 = b.int8("exit1", {1, 3});
  b.op(Code::FULLY_CONNECTED, {mean1, b.filter("filter3", {3, 2}, {0.01F}, 0), b.bias("bias3", 3)}, exit1,
       schema::FullyConnectedOptionsT());
  b.ends({input}, {exit1, exit0});
  return b;
}

ModelBuilder movements() {
  ModelBuilder b;
  const auto image = b.tensor("image", Type::FLOAT32, {1, 4, 6, 2});
  const auto quantized = b.int8("quantized", {1, 4, 6, 2}, 0.5F, 10);
  b.op(Code::QUANTIZE, {image}, quantized);
  const auto padded = b.int8("padded", {1, 5, 8, 2}, 0.5F, 10);
  const auto paddings = b.integers("paddings", {0, 0, 1, 0, 0, 2, 0, 0});
  b.tensor_named("paddings").shape = {4, 2};
  const auto value = b.tensor("pad_value", Type::INT8, {}, {0.5F}, 10, {0xfb});
  b.op(Code::PADV2, {quantized, paddings, value}, padded);
  const auto turned = b.int8("turned", {1, 8, 5, 2}, 0.5F, 10);
  b.op(Code::TRANSPOSE, {padded, b.integers("permutation", {0, 2, 1, 3})}, turned);
  const auto resized = b.int8("resized", {1, 4, 10, 2}, 0.5F, 10);
  b.op(Code::RESIZE_NEAREST_NEIGHBOR, {turned, b.integers("size", {4, 10})}, resized,
       schema::ResizeNearestNeighborOptionsT());
  const auto joined = b.int8("joined", {1, 4, 10, 4}, 0.5F, 10);
  schema::ConcatenationOptionsT concatenation;
  concatenation.axis = -1;
  b.op(Code::CONCATENATION, {resized, resized}, joined, concatenation);
  const auto clamped = b.int8("clamped", {1, 4, 10, 4}, 0.1F, 0);
  b.op(Code::RELU_N1_TO_1, {joined}, clamped);
  const auto pooled = b.int8("pooled", {1, 2, 5, 4}, 0.1F, 0);
  schema::Pool2DOptionsT pool;
  pool.stride_w = pool.stride_h = pool.filter_width = pool.filter_height = 2;
  b.op(Code::MAX_POOL_2D, {clamped}, pooled, pool);
  const auto mean = b.int8("mean", {1, 1, 5, 4}, 0.1F, 0);
  schema::ReducerOptionsT reducer;
  reducer.keep_dims = true;
  b.op(Code::MEAN, {pooled, b.integers("axes", {-3})}, mean, reducer);
  const auto squeezed = b.int8("squeezed", {5, 4}, 0.1F, 0);
  b.op(Code::SQUEEZE, {mean}, squeezed);
  const auto real = b.tensor("real", Type::FLOAT32, {5, 4});
  b.op(Code::DEQUANTIZE, {squeezed}, real);
  const auto bytes = b.tensor("bytes", Type::UINT8, {5, 4}, {0.1F}, 128);
  b.op(Code::QUANTIZE, {squeezed}, bytes);
  b.ends({image}, {real, bytes});
  return b;
}

ModelBuilder reductions() {
  ModelBuilder b;
  const auto input = b.int8("input", {1, 4, 6, 8}, 0.5F, -3);
  const auto sum = b.int8("sum", {1, 4, 8}, 1.5F, 4);
  b.op(Code::SUM, {input, b.integers("width", {2})}, sum, schema::ReducerOptionsT());
  const auto direction = b.int8("direction", {1, 4, 8}, 1.0F / 128, 0);
  b.op(Code::L2_NORMALIZATION, {sum}, direction, schema::L2NormOptionsT());
  const auto logarithms = b.int8("logarithms", {1, 4, 8}, 1.0F / 16, 127);
  b.op(Code::LOG_SOFTMAX, {direction}, logarithms);
  const auto most = b.int8("most", {1, 1, 8}, 1.0F / 16, 127);
  schema::ReducerOptionsT keep;
  keep.keep_dims = true;
  b.op(Code::REDUCE_MAX, {logarithms, b.integers("height", {1})}, most, keep);
  const auto best = b.tensor("best", Type::INT32, {1, 4});
  b.op(Code::ARG_MAX, {logarithms, b.integers("channels", {-1}, true)}, best);
  b.ends({input}, {most, best});
  return b;
}

ModelBuilder functions() {
  ModelBuilder b;
  const std::vector<std::int32_t> shape = {1, 4, 5, 3};
  const auto constant = [&b](const char* name, std::vector<std::int32_t> of, Bytes values) {
    return b.tensor(name, Type::INT8, std::move(of), {0.05F}, 3, std::move(values));
  };
  const auto left = b.int8("left", shape, 0.05F, -10);
  const auto right = b.int8("right", shape, 0.03F, 20);
  const auto difference = b.int8("difference", shape, 0.06F, 5);
  b.op(Code::SUB, {left, right}, difference, schema::SubOptionsT());
  const auto gate = b.int8("gate", {1, 1, 1, 3}, 0.01F, -100);
  const auto gated = b.int8("gated", shape, 0.05F, 3);
  b.op(Code::MUL, {difference, gate}, gated, schema::MulOptionsT());
  const auto raised = b.int8("raised", shape, 0.05F, 3);
  b.op(Code::MAXIMUM, {gated, constant("floor", {}, {0xC0})}, raised, schema::MaximumMinimumOptionsT());
  const auto lowered = b.int8("lowered", shape, 0.05F, 3);
  b.op(Code::MINIMUM, {constant("ceiling", {4, 1, 1}, {60, 70, 80, 90}), raised}, lowered,
       schema::MaximumMinimumOptionsT());
  const auto shifted = b.int8("shifted", shape, 0.05F, -5);
  b.op(Code::ADD, {lowered, constant("offset", {3}, {10, 0xF6, 30})}, shifted, schema::AddOptionsT());
  const auto bent = b.int8("bent", shape, 0.05F, -5);
  b.op(Code::PRELU, {shifted, constant("alpha", {1, 1, 3}, {5, 10, 0xF0})}, bent);
  const auto swish = b.int8("swish", shape, 0.04F, -60);
  b.op(Code::HARD_SWISH, {bent}, swish);
  const auto leaky = b.int8("leaky", shape, 0.04F, -40);
  schema::LeakyReluOptionsT slope;
  slope.alpha = 0.25F;
  b.op(Code::LEAKY_RELU, {swish}, leaky, slope);
  const auto elu = b.int8("elu", shape, 0.04F, -20);
  b.op(Code::ELU, {leaky}, elu);
  const auto magnitude = b.int8("magnitude", shape, 0.03F, -30);
  b.op(Code::ABS, {elu}, magnitude);
  const auto tanh = b.int8("tanh", shape, 1.0F / 128, 0);
  b.op(Code::TANH, {magnitude}, tanh);
  const auto result = b.int8("result", shape, 1.0F / 256, -128);
  b.op(Code::LOGISTIC, {tanh}, result);
  b.ends({left, right, gate}, {result});
  return b;
}

ModelBuilder selections() {
  ModelBuilder b;
  const auto image = [&b](const char* name, std::vector<std::int32_t> shape) {
    return b.int8(name, std::move(shape), 0.1F, 7);
  };
  const auto in = image("in", {1, 6, 8, 4});
  const auto first = image("first", {1, 6, 8, 2});
  const auto second = image("second", {1, 6, 8, 2});
  schema::SplitOptionsT halves;
  halves.num_splits = 2;
  b.op(Code::SPLIT, {b.integers("split_axis", {3}, true), in}, first, halves);
  b.graph().operators.back()->outputs = {first, second};
  const auto turned = image("turned", {1, 6, 4, 2});
  schema::StridedSliceOptionsT backwards;
  backwards.begin_mask = 0b1110;
  backwards.end_mask = 0b1111;
  b.op(Code::STRIDED_SLICE,
       {first, b.integers("begin", {0, 0, 0, 0}), b.integers("end", {0, 0, 0, 0}),
        b.integers("strides", {1, -1, 2, -1})},
       turned, backwards);
  const auto cut = image("cut", {1, 4, 4, 2});
  b.op(Code::SLICE, {turned, b.integers("cut_begin", {0, 1, 0, 0}), b.integers("cut_size", {1, 4, -1, 2})},
       cut, schema::SliceOptionsT());
  const auto deep = image("deep", {1, 2, 2, 8});
  schema::SpaceToDepthOptionsT to_depth;
  to_depth.block_size = 2;
  b.op(Code::SPACE_TO_DEPTH, {cut}, deep, to_depth);
  const auto flat = image("flat", {1, 4, 4, 2});
  schema::DepthToSpaceOptionsT to_space;
  to_space.block_size = 2;
  b.op(Code::DEPTH_TO_SPACE, {deep}, flat, to_space);
  const auto resized = image("resized", {1, 3, 7, 2});
  schema::ResizeBilinearOptionsT centers;
  centers.half_pixel_centers = true;
  b.op(Code::RESIZE_BILINEAR, {flat, b.integers("size", {3, 7})}, resized, centers);
  const auto picked = image("picked", {1, 3, 6, 2});
  schema::GatherOptionsT columns;
  columns.axis = 2;
  b.op(Code::GATHER, {resized, b.integers("columns", {0, 6, 1, 1, 3, 5})}, picked, columns);
  const auto kept = image("kept", {1, 3, 4, 2});
  const auto rest = image("rest", {1, 3, 2, 2});
  schema::SplitVOptionsT parts;
  parts.num_splits = 2;
  b.op(Code::SPLIT_V, {picked, b.integers("sizes", {4, -1}), b.integers("axis", {-2}, true)}, kept, parts);
  b.graph().operators.back()->outputs = {kept, rest};
  std::vector<std::int32_t> column(4);
  for (int i = 0; i < 4; ++i)
    column[static_cast<std::size_t>(i)] = image(("column" + std::to_string(i)).c_str(), {1, 3, 2});
  schema::UnpackOptionsT unpack;
  unpack.num = 4;
  unpack.axis = 2;
  b.op(Code::UNPACK, {kept}, column[0], unpack);
  b.graph().operators.back()->outputs = column;
  const auto packed = image("packed", {1, 4, 3, 2});
  schema::PackOptionsT pack;
  pack.values_count = 4;
  pack.axis = 1;
  b.op(Code::PACK, {column[3], column[1], column[0], column[2]}, packed, pack);
  b.ends({in}, {packed, rest});
  return b;
}

ModelBuilder matrices() {
  ModelBuilder b;
  const auto input = b.int8("input", {1, 3, 4, 2}, 0.5F, -3);
  const auto grown = b.int8("grown", {1, 6, 8, 4}, 0.7F, 5);
  schema::TransposeConvOptionsT options;
  options.stride_w = options.stride_h = 2;
  options.fused_activation_function = schema::ActivationFunctionType::RELU;
  b.op(Code::TRANSPOSE_CONV,
       {b.integers("shape", {1, 6, 8, 4}), b.filter("filter", {4, 3, 3, 2}, {0.01F, 0.02F, 0.03F, 0.04F}, 0),
        input, b.bias("bias", 4)},
       grown, options);
  const auto product = b.int8("product", {1, 6, 8, 8}, 50.0F, -9);
  schema::BatchMatMulOptionsT transposed;
  transposed.adj_y = true;
  b.op(Code::BATCH_MATMUL, {grown, grown}, product, transposed);
  const auto real = b.tensor("real", Type::FLOAT32, {1, 6, 8, 8});
  b.op(Code::CAST, {product}, real);
  b.ends({input}, {real});
  return b;
}

ModelBuilder widths() {
  ModelBuilder b;
  const auto int16 = [&b](const std::string& name, std::vector<std::int32_t> shape, float scale) {
    return b.tensor(name, Type::INT16, std::move(shape), {scale});
  };
  const auto wide_bias = [&b](const std::string& name, std::int32_t channels) {
    const std::vector<std::int64_t> values(static_cast<std::size_t>(channels), std::int64_t{1} << 16);
    return b.tensor(name, Type::INT64, {channels}, {1.0F}, 0, bytes_of(values));
  };
  const auto four_bits = [&b](const std::string& name, std::vector<std::int32_t> shape, std::size_t bytes) {
    Bytes values(bytes);
    for (std::size_t i = 0; i < bytes; ++i) values[i] = static_cast<std::uint8_t>(i * 37 + 9);
    return b.tensor(name, Type::INT4, std::move(shape), {0.02F}, 0, std::move(values));
  };
  const auto input = b.tensor("input", Type::FLOAT32, {1, 5, 5, 2});
  const auto wide = int16("wide", {1, 5, 5, 2}, 0.0001F);
  b.op(Code::QUANTIZE, {input}, wide);
  const auto conv = int16("conv", {1, 5, 5, 4}, 0.001F);
  b.op(Code::CONV_2D,
       {wide, b.filter("conv_filter", {4, 3, 3, 2}, {0.01F, 0.02F, 0.03F, 0.04F}, 0),
        wide_bias("conv_bias", 4)},
       conv, convolution());
  const auto depthwise = int16("depthwise", {1, 5, 5, 4}, 0.002F);
  schema::DepthwiseConv2DOptionsT depthwise_options;
  depthwise_options.stride_w = depthwise_options.stride_h = 1;
  depthwise_options.depth_multiplier = 1;
  b.op(Code::DEPTHWISE_CONV_2D,
       {conv, b.filter("depthwise_filter", {1, 3, 3, 4}, std::vector<float>(4, 0.01F), 3),
        wide_bias("depthwise_bias", 4)},
       depthwise, depthwise_options);
  const auto scores = int16("scores", {1, 3}, 0.05F);
  b.op(Code::FULLY_CONNECTED,
       {depthwise, b.filter("scores_filter", {3, 100}, {0.01F}, 0), wide_bias("scores_bias", 3)}, scores,
       schema::FullyConnectedOptionsT());
  const auto real = b.tensor("real", Type::FLOAT32, {1, 3});
  b.op(Code::DEQUANTIZE, {scores}, real);
  const auto narrow = b.int8("narrow", {1, 5, 5, 4}, 0.5F, -7);
  b.op(Code::QUANTIZE, {depthwise}, narrow);
  const auto pointwise = b.int8("pointwise", {1, 5, 5, 3}, 0.25F, 2);
  b.op(Code::CONV_2D, {narrow, four_bits("pointwise_filter", {3, 1, 1, 4}, 6), b.bias("pointwise_bias", 3)},
       pointwise, convolution());
  const auto classes = b.int8("classes", {1, 5}, 0.5F, 0);
  b.op(Code::FULLY_CONNECTED,
       {pointwise, four_bits("classes_filter", {5, 75}, 188), b.bias("classes_bias", 5)}, classes,
       schema::FullyConnectedOptionsT());
  // TensorFlow Lite checks that a bias has the scale of the products where there is one for all channels.
  b.tensor_named("scores_bias").quantization->scale[0] = 0.002F * 0.01F;
  b.tensor_named("pointwise_bias").quantization->scale[0] = 0.5F * 0.02F;
  b.tensor_named("classes_bias").quantization->scale[0] = 0.25F * 0.02F;
  b.ends({input}, {real, classes});
  return b;
}

}  // namespace tiny
