// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "tflite_object_generated.h"

// Small .tflite files made on the spot, as objects that a test can damage before it writes them.
namespace tiny {

namespace schema = coinfer::graph::schema;
using Code = schema::BuiltinOperator;
using Type = schema::TensorType;
using Bytes = std::vector<std::uint8_t>;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class ModelBuilder {
 public:
  ModelBuilder();

  // An activation, or with `data` a constant. Returns the tensor's index.
  std::int32_t tensor(const std::string& name, Type type, std::vector<std::int32_t> shape,
                      std::vector<float> scales = {}, std::int64_t zero_point = 0, Bytes data = {});
  std::int32_t int8(const std::string& name, std::vector<std::int32_t> shape, float scale = 0.5F,
                    std::int64_t zero_point = 0) {
    return tensor(name, Type::INT8, std::move(shape), {scale}, zero_point);
  }
  // The state of an operator.
  std::int32_t variable(const std::string& name, Type type, std::vector<std::int32_t> shape, float scale,
                        std::int64_t zero_point = 0);
  std::int32_t integers(const std::string& name, const std::vector<std::int32_t>& values,
                        bool scalar = false);
  // A filter with `scales.size()` scales and recognizable values, or a bias of ones.
  std::int32_t filter(const std::string& name, std::vector<std::int32_t> shape, std::vector<float> scales,
                      int dimension);
  std::int32_t bias(const std::string& name, std::int32_t channels);

  template <class Options>
  void op(Code code, std::vector<std::int32_t> inputs, std::int32_t output, Options options) {
    op(code, std::move(inputs), output);
    graph().operators.back()->builtin_options.Set(std::move(options));
  }
  void op(Code code, std::vector<std::int32_t> inputs, std::int32_t output);

  void ends(std::vector<std::int32_t> inputs, std::vector<std::int32_t> outputs);

  schema::SubGraphT& graph() { return *model.subgraphs[0]; }
  schema::TensorT& tensor_named(const std::string& name);
  schema::OperatorT& operator_making(const std::string& name);
  Bytes bytes() const;

  schema::ModelT model;
};

// 6x6x2 -> CONV_2D 'conv' 6x6x4 -> DEPTHWISE_CONV_2D 'depthwise' 3x3x8 -> AVERAGE_POOL_2D 'pool' 1x1x8 ->
// RESHAPE 'flat' to a computed shape -> FULLY_CONNECTED 'scores' 3 -> SOFTMAX 'result'.
ModelBuilder classifier();

// Two exits and a tensor used twice: 'input' 4x4x2 -> CONV_2D 'first'; MEAN 'mean0' and FULLY_CONNECTED
// 'exit0' on 'first'; CONV_2D 'second' on 'first'; ADD 'sum' of 'first' and 'second'; MEAN 'mean1',
// FULLY_CONNECTED 'exit1'. Outputs: exit1, exit0.
ModelBuilder two_exits();

// The operators that move values, between float and uint8 ends: 'image' 1x4x6x2 float32 -> QUANTIZE
// 'quantized' -> PADV2 'padded' 1x5x8x2 -> TRANSPOSE 'turned' 1x8x5x2 -> RESIZE_NEAREST_NEIGHBOR 'resized'
// 1x4x10x2; CONCATENATION 'joined' of it with itself 1x4x10x4 -> RELU_N1_TO_1 'clamped' -> MAX_POOL_2D
// 'pooled' 1x2x5x4 -> MEAN over the height 'mean' 1x1x5x4 -> SQUEEZE 'squeezed' 5x4; DEQUANTIZE 'real' and
// QUANTIZE 'bytes' (uint8) of it, both outputs.
ModelBuilder movements();

// 'input' 1x4x6x8 -> SUM over the width 'sum' 1x4x8 -> L2_NORMALIZATION 'direction' -> LOG_SOFTMAX
// 'logarithms'; REDUCE_MAX over the height 'most' 1x1x8 and ARG_MAX over the channels 'best' 1x4 (int32) of
// it, both outputs.
ModelBuilder reductions();

// Arithmetic on pairs of elements, with operands that are broadcast or constant, and functions of one
// element: 'left' and 'right' 1x4x5x3 -> SUB, MUL with 1x1x1x3, MAXIMUM with a constant, MINIMUM, ADD of a
// constant, PRELU, HARD_SWISH, LEAKY_RELU, ELU, ABS, TANH, LOGISTIC 'result' 1x4x5x3.
ModelBuilder functions();

// Operators that take or rearrange elements: 'in' 1x6x8x4 -> SPLIT by channels, STRIDED_SLICE backwards,
// SLICE, SPACE_TO_DEPTH, DEPTH_TO_SPACE, RESIZE_BILINEAR, GATHER, UNPACK by columns, PACK, SPLIT_V; outputs
// 'packed' 1x4x3x2 and 'rest' 1x3x2x2.
ModelBuilder selections();

// 'input' 1x3x4x2 -> TRANSPOSE_CONV 'grown' 1x6x8x4, stride 2 -> BATCH_MATMUL 'product' 1x6x8x8 of it with
// itself transposed -> CAST 'real' (float32).
ModelBuilder matrices();

// 'input' 1x5x5x2 float32 -> QUANTIZE 'wide' int16 -> CONV_2D 'conv' 1x5x5x4 int16 -> DEPTHWISE_CONV_2D
// 'depthwise' int16; FULLY_CONNECTED 'scores' 3 int16 of it -> DEQUANTIZE 'real'; QUANTIZE 'narrow' int8 of
// it
// -> CONV_2D 'pointwise' 1x5x5x3 with 4-bit weights -> FULLY_CONNECTED 'classes' 5 with 4-bit weights.
// Outputs: real, classes.
ModelBuilder widths();

// 'input' 1x6 -> SVDF 'first' 1x4 of rank 2 with a memory of 3 and the state 'state' (int16) ->
// FULLY_CONNECTED 'scores' 1x3 -> SVDF 'second' 1x2 with the state 'state2' (int8) -> FULLY_CONNECTED
// 'result' 1x2.
ModelBuilder recurrent();

// 'input' 1x3x4 -> UNIDIRECTIONAL_SEQUENCE_LSTM 'first' 1x3x5, 3 steps, with the states 'hidden1' (int8) and
// 'cell1' (int16) -> another one, 'second' 1x3x2, 1 step of 3 sequences (time_major), with 'hidden2' and
// 'cell2', whose cells are clipped -> FULLY_CONNECTED 'scores' 1x3.
ModelBuilder lstm();

}  // namespace tiny
