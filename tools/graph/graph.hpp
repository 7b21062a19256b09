// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "coinfer/ops/add.hpp"
#include "coinfer/ops/batch_mat_mul.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/ops/cast.hpp"
#include "coinfer/ops/concatenation.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/ops/gather.hpp"
#include "coinfer/ops/l2_normalization.hpp"
#include "coinfer/ops/log_softmax.hpp"
#include "coinfer/ops/lookup.hpp"
#include "coinfer/ops/pad.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/ops/quantize.hpp"
#include "coinfer/ops/reduction.hpp"
#include "coinfer/ops/reshape.hpp"
#include "coinfer/ops/resize_bilinear.hpp"
#include "coinfer/ops/resize_nearest_neighbor.hpp"
#include "coinfer/ops/softmax.hpp"
#include "coinfer/ops/space_to_depth.hpp"
#include "coinfer/ops/strided_slice.hpp"
#include "coinfer/ops/svdf.hpp"
#include "coinfer/ops/transpose.hpp"
#include "coinfer/ops/transpose_conv.hpp"
#include "coinfer/ops/unidirectional_sequence_lstm.hpp"
#include "coinfer/tensor.hpp"

// A network as loaded from a .tflite file: checked, constants folded, ready to run, to cut or to generate
// code from. Every index in it is valid; nothing in it refers to the file.
namespace coinfer::graph {

enum class RoundingRule { double_rounding, single_rounding };

struct Tensor {
  std::int32_t file_index = 0;  // index in the .tflite file: the number on the wire and in the identity
  std::string name;
  DataType type = DataType::s8;
  Shape shape;
  std::vector<std::int32_t> file_shape;  // as in the file, batch included
  float scale = 0.0F;
  std::int32_t zero_point = 0;

  std::int64_t bytes() const { return std::int64_t{shape.elements()} * bytes_per_element(type); }
};

// Filter, bias and requantization constants, in TensorFlow's layout (coinfer/weights.hpp). Those of an LSTM:
// `filter` and `bias` of the input, followed by those of the hidden state.
struct Weights {
  std::vector<std::int8_t> filter;
  std::vector<std::int32_t> bias;  // empty: none
  std::vector<std::int32_t> multiplier;
  std::vector<std::int8_t> shift;
  std::vector<std::int64_t> wide_bias;  // instead of `bias` where activations are int16
  std::vector<std::int16_t> time;       // SVDF; `filter` holds its feature weights
  bool four_bits = false;               // the file has 4 bits a filter value
};

// CONCATENATION and PACK have one part per input.
struct Concatenation {
  const char* name = "CONCATENATION";
  std::vector<ConcatenationInput> parts;
};

// STRIDED_SLICE, SLICE, or one output of SPLIT, SPLIT_V, UNPACK.
struct Slice : StridedSlice {
  const char* name = "";
};

// GATHER; the positions are as many as the output has along the axis.
struct Selection : Gather {
  std::vector<std::int32_t> positions;
};

// A function of one value, tabulated (Stage::constants); `name` is the operator's in the .tflite format.
struct Table : Lookup {
  const char* name = "";
};

using Operator =
    std::variant<Conv2d, DepthwiseConv2d, FullyConnected, Add, AveragePool2d, MaxPool2d, Mean, Pad,
                 Concatenation, Reshape, Softmax, Requantize, Quantize, Dequantize, Transpose,
                 ResizeNearestNeighbor, Sum, ReduceMax, ArgMax, LogSoftmax, L2Normalization, Table,
                 BroadcastAdd, Mul, Minimum, Maximum, Prelu, Slice, Selection, SpaceToDepth, DepthToSpace,
                 ResizeBilinear, TransposeConv, BatchMatMul, Cast, Svdf, UnidirectionalSequenceLstm>;

struct Stage {
  std::string name;  // of its output tensor
  Operator op;
  Weights weights;                       // empty for operators without
  std::vector<std::int32_t> inputs;      // indices into Graph::tensors, constants folded away
  std::int32_t output = 0;               // index into Graph::tensors
  std::vector<std::int8_t> constants{};  // a table, or an operand that the file holds; else empty
};

// A PAD of the file that is part of another stage's window.
struct FusedPad {
  std::string name;  // of its output tensor, which does not exist any more
  std::string into;  // the stage's name
};

struct Graph {
  std::string name;      // file name without extension
  std::string producer;  // the file's description, for reports
  RoundingRule rounding = RoundingRule::double_rounding;
  std::array<std::uint8_t, 32> file_sha256{};
  std::array<std::uint8_t, 32> identity{};  // DESIGN.md: file hash, rounding, exits, canonical stage list
  std::vector<Tensor> tensors;              // non-constant ones only, by rising file_index
  std::vector<std::int32_t> inputs;         // indices into tensors, in graph order
  std::vector<std::int32_t> outputs;        // indices into tensors, in graph order
  std::vector<std::vector<std::int32_t>> exits;  // by depth: positions in `outputs`, rising
  std::vector<Stage> stages;                     // in execution order
  std::vector<FusedPad> fused;                   // for reports
};

}  // namespace coinfer::graph
