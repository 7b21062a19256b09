// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.hpp"

namespace coinfer::graph {

// Name of an operator as in the .tflite format; stand-alone activations are requantizations here.
inline const char* operator_name(const Operator& op) {
  struct Name {
    const char* operator()(const Conv2d&) const { return "CONV_2D"; }
    const char* operator()(const DepthwiseConv2d&) const { return "DEPTHWISE_CONV_2D"; }
    const char* operator()(const FullyConnected&) const { return "FULLY_CONNECTED"; }
    const char* operator()(const Add&) const { return "ADD"; }
    const char* operator()(const AveragePool2d&) const { return "AVERAGE_POOL_2D"; }
    const char* operator()(const MaxPool2d&) const { return "MAX_POOL_2D"; }
    const char* operator()(const Mean&) const { return "MEAN"; }
    const char* operator()(const Pad&) const { return "PAD"; }
    const char* operator()(const Concatenation& p) const { return p.name; }
    const char* operator()(const Reshape&) const { return "RESHAPE"; }
    const char* operator()(const Softmax&) const { return "SOFTMAX"; }
    const char* operator()(const Requantize&) const { return "REQUANTIZE"; }
    const char* operator()(const Quantize&) const { return "QUANTIZE"; }
    const char* operator()(const Dequantize&) const { return "DEQUANTIZE"; }
    const char* operator()(const Transpose&) const { return "TRANSPOSE"; }
    const char* operator()(const ResizeNearestNeighbor&) const { return "RESIZE_NEAREST_NEIGHBOR"; }
    const char* operator()(const TransposeConv&) const { return "TRANSPOSE_CONV"; }
    const char* operator()(const BatchMatMul&) const { return "BATCH_MATMUL"; }
    const char* operator()(const Cast&) const { return "CAST"; }
    const char* operator()(const Svdf&) const { return "SVDF"; }
    const char* operator()(const UnidirectionalSequenceLstm&) const { return "UNIDIRECTIONAL_SEQUENCE_LSTM"; }
    const char* operator()(const Sum&) const { return "SUM"; }
    const char* operator()(const ReduceMax&) const { return "REDUCE_MAX"; }
    const char* operator()(const ArgMax&) const { return "ARG_MAX"; }
    const char* operator()(const LogSoftmax&) const { return "LOG_SOFTMAX"; }
    const char* operator()(const L2Normalization&) const { return "L2_NORMALIZATION"; }
    const char* operator()(const BroadcastAdd& p) const {
      return p.negate_first || p.negate_second ? "SUB" : "ADD";
    }
    const char* operator()(const Mul&) const { return "MUL"; }
    const char* operator()(const Minimum&) const { return "MINIMUM"; }
    const char* operator()(const Maximum&) const { return "MAXIMUM"; }
    const char* operator()(const Prelu&) const { return "PRELU"; }
    const char* operator()(const Slice& p) const { return p.name; }
    const char* operator()(const Selection&) const { return "GATHER"; }
    const char* operator()(const SpaceToDepth&) const { return "SPACE_TO_DEPTH"; }
    const char* operator()(const DepthToSpace&) const { return "DEPTH_TO_SPACE"; }
    const char* operator()(const ResizeBilinear&) const { return "RESIZE_BILINEAR"; }
    const char* operator()(const Table& p) const { return p.name; }
  };
  return std::visit(Name{}, op);
}

}  // namespace coinfer::graph
