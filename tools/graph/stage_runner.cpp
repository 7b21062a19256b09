// SPDX-License-Identifier: Apache-2.0
#include "graph/stage_runner.hpp"

#include <algorithm>

#include "coinfer/rounding.hpp"
#include "coinfer/rows.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/reference.hpp"
#include "graph/packing.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

// Calls visit(element) with an object of the type.
template <class Visit>
void with_element_type(DataType type, const Visit& visit) {
  switch (type) {
    case DataType::s8:
      return visit(std::int8_t{});
    case DataType::u8:
      return visit(std::uint8_t{});
    case DataType::s16:
      return visit(std::int16_t{});
    case DataType::s32:
      return visit(std::int32_t{});
    case DataType::f32:
      return visit(float{});
  }
}

// Calls the kernel of each operator; one overload per alternative of Operator.
template <class Set, class Rounding>
struct Runner {
  const Graph& graph;
  const Stage& stage;
  std::span<std::uint8_t* const> tensors;
  std::uint8_t* state;
  Scratch scratch;

  template <class T>
  Rows<const T> in(std::size_t position) const {
    const std::int32_t index = stage.inputs[position];
    return whole_tensor(reinterpret_cast<const T*>(tensors[static_cast<std::size_t>(index)]),
                        tensor_at(graph, index).shape);
  }
  template <class T>
  Rows<T> out() const {
    return whole_tensor(reinterpret_cast<T*>(tensors[static_cast<std::size_t>(stage.output)]),
                        tensor_at(graph, stage.output).shape);
  }
  // A constant, or the second input.
  Rows<const std::int8_t> second_operand(const Shape& shape) const {
    return stage.constants.empty() ? in<std::int8_t>(1) : whole_tensor(stage.constants.data(), shape);
  }
  RowRange rows() const { return {0, tensor_at(graph, stage.output).shape.height}; }
  ChannelWeights weights() const { return view(stage.weights); }

  bool wide() const { return !stage.weights.wide_bias.empty(); }
  WideWeights wide_weights() const {
    const Weights& w = stage.weights;
    return {w.filter.data(), w.wide_bias.data(), w.multiplier.data(), w.shift.data()};
  }

  void operator()(const Conv2d& p) const {
    if (wide()) {
      Set::template conv_2d_s16<Rounding>(p, wide_weights(), in<std::int16_t>(0), out<std::int16_t>(), rows(),
                                          scratch);
    } else {
      Set::template conv_2d_s8<Rounding>(p, weights(), in<std::int8_t>(0), out<std::int8_t>(), rows(),
                                         scratch);
    }
  }
  void operator()(const DepthwiseConv2d& p) const {
    if (wide()) {
      Set::template depthwise_conv_2d_s16<Rounding>(p, wide_weights(), in<std::int16_t>(0),
                                                    out<std::int16_t>(), rows(), scratch);
    } else {
      Set::template depthwise_conv_2d_s8<Rounding>(p, weights(), in<std::int8_t>(0), out<std::int8_t>(),
                                                   rows(), scratch);
    }
  }
  void operator()(const FullyConnected& p) const {
    if (wide()) {
      Set::template fully_connected_s16<Rounding>(p, wide_weights(), in<std::int16_t>(0), out<std::int16_t>(),
                                                  rows(), scratch);
    } else {
      Set::template fully_connected_s8<Rounding>(p, weights(), in<std::int8_t>(0), out<std::int8_t>(), rows(),
                                                 scratch);
    }
  }
  void operator()(const TransposeConv& p) const {
    Set::template transpose_conv_s8<Rounding>(p, weights(), in<std::int8_t>(0), out<std::int8_t>(), rows(),
                                              scratch);
  }
  void operator()(const Svdf& p) const {
    const SvdfWeights w{stage.weights.filter.data(), stage.weights.time.data(), stage.weights.bias.data()};
    Set::template svdf_s8<Rounding>(p, w, in<std::int8_t>(0), out<std::int8_t>(),
                                    reinterpret_cast<std::int16_t*>(state), scratch);
  }
  void operator()(const UnidirectionalSequenceLstm& p) const {
    const std::int8_t* input = stage.weights.filter.data();
    const std::int32_t* bias = stage.weights.bias.data();
    const LstmWeights w{input, input + p.input_weights(), bias, bias + p.gate_count * p.units()};
    Set::template unidirectional_sequence_lstm_s8<Rounding>(
        p, w, in<std::int8_t>(0), out<std::int8_t>(), reinterpret_cast<std::int16_t*>(state),
        reinterpret_cast<std::int8_t*>(state + p.hidden_offset()), scratch);
  }
  void operator()(const BatchMatMul& p) const {
    Set::template batch_mat_mul_s8<Rounding>(p, in<std::int8_t>(0), in<std::int8_t>(1), out<std::int8_t>(),
                                             rows(), scratch);
  }
  void operator()(const Add& p) const {
    Set::template add_s8<Rounding>(p, in<std::int8_t>(0), in<std::int8_t>(1), out<std::int8_t>(), rows(),
                                   scratch);
  }
  void operator()(const AveragePool2d& p) const {
    Set::template average_pool_2d_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const MaxPool2d& p) const {
    Set::template max_pool_2d_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const Mean& p) const {
    Set::template mean_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const Pad& p) const {
    Set::template pad_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const Concatenation& p) const {
    for (std::int32_t y = 0; y < rows().end; ++y) {
      for (std::size_t i = 0; i < p.parts.size(); ++i) {
        Set::template concatenation_s8<Rounding>(p.parts[i], in<std::int8_t>(i), out<std::int8_t>(),
                                                 RowRange{y, y + 1}, scratch);
      }
    }
  }
  void operator()(const Reshape& p) const {
    Set::template reshape_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const Softmax& p) const {
    Set::template softmax_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  DataType in_type() const { return tensor_at(graph, stage.inputs[0]).type; }
  DataType out_type() const { return tensor_at(graph, stage.output).type; }

  void operator()(const Requantize& p) const {
    if (in_type() == DataType::u8) {
      Set::template requantize_u8_s8<Rounding>(p, in<std::uint8_t>(0), out<std::int8_t>(), rows(), scratch);
    } else if (out_type() == DataType::u8) {
      Set::template requantize_s8_u8<Rounding>(p, in<std::int8_t>(0), out<std::uint8_t>(), rows(), scratch);
    } else if (in_type() == DataType::s16 && out_type() == DataType::s16) {
      Set::template requantize_s16<Rounding>(p, in<std::int16_t>(0), out<std::int16_t>(), rows(), scratch);
    } else if (in_type() == DataType::s16) {
      Set::template requantize_s16_s8<Rounding>(p, in<std::int16_t>(0), out<std::int8_t>(), rows(), scratch);
    } else if (out_type() == DataType::s16) {
      Set::template requantize_s8_s16<Rounding>(p, in<std::int8_t>(0), out<std::int16_t>(), rows(), scratch);
    } else {
      Set::template requantize_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
    }
  }
  void operator()(const Quantize& p) const {
    if (out_type() == DataType::s16) {
      Set::template quantize_f32_s16<Rounding>(p, in<float>(0), out<std::int16_t>(), rows(), scratch);
    } else {
      Set::template quantize_f32_s8<Rounding>(p, in<float>(0), out<std::int8_t>(), rows(), scratch);
    }
  }
  void operator()(const Dequantize& p) const {
    if (in_type() == DataType::s16) {
      Set::template dequantize_s16_f32<Rounding>(p, in<std::int16_t>(0), out<float>(), rows(), scratch);
    } else {
      Set::template dequantize_s8_f32<Rounding>(p, in<std::int8_t>(0), out<float>(), rows(), scratch);
    }
  }
  void operator()(const Cast& p) const {
    with_element_type(in_type(), [&](auto from) {
      with_element_type(out_type(), [&](auto to) {
        Set::template cast<Rounding>(p, in<decltype(from)>(0), out<decltype(to)>(), rows(), scratch);
      });
    });
  }
  void operator()(const Transpose& p) const {
    Set::template transpose_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const ResizeNearestNeighbor& p) const {
    Set::template resize_nearest_neighbor_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(),
                                                       scratch);
  }
  void operator()(const Sum& p) const {
    Set::template sum_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const ReduceMax& p) const {
    Set::template reduce_max_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const ArgMax& p) const {
    Set::template arg_max_s8<Rounding>(p, in<std::int8_t>(0), out<std::int32_t>(), rows(), scratch);
  }
  void operator()(const LogSoftmax& p) const {
    Set::template log_softmax_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const L2Normalization& p) const {
    Set::template l2_normalization_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const BroadcastAdd& p) const {
    Set::template broadcast_add_s8<Rounding>(p, in<std::int8_t>(0), second_operand(p.second),
                                             out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const Mul& p) const {
    Set::template mul_s8<Rounding>(p, in<std::int8_t>(0), second_operand(p.second), out<std::int8_t>(),
                                   rows(), scratch);
  }
  void operator()(const Minimum& p) const {
    Set::template minimum_s8<Rounding>(p, in<std::int8_t>(0), second_operand(p.second), out<std::int8_t>(),
                                       rows(), scratch);
  }
  void operator()(const Maximum& p) const {
    Set::template maximum_s8<Rounding>(p, in<std::int8_t>(0), second_operand(p.second), out<std::int8_t>(),
                                       rows(), scratch);
  }
  void operator()(const Prelu& p) const {
    Set::template prelu_s8<Rounding>(p, in<std::int8_t>(0), second_operand(p.second), out<std::int8_t>(),
                                     rows(), scratch);
  }
  void operator()(const Slice& p) const {
    Set::template strided_slice_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const SpaceToDepth& p) const {
    Set::template space_to_depth_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const DepthToSpace& p) const {
    Set::template depth_to_space_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const ResizeBilinear& p) const {
    Set::template resize_bilinear_s8<Rounding>(p, in<std::int8_t>(0), out<std::int8_t>(), rows(), scratch);
  }
  void operator()(const Selection& p) const {
    Set::template gather_s8<Rounding>(p, p.positions.data(), in<std::int8_t>(0), out<std::int8_t>(), rows(),
                                      scratch);
  }
  void operator()(const Table& p) const {
    Set::template lookup_s8<Rounding>(p, stage.constants.data(), in<std::int8_t>(0), out<std::int8_t>(),
                                      rows(), scratch);
  }
};

template <class Set, class Rounding>
void run_stage(const Graph& graph, const Stage& stage, std::span<std::uint8_t* const> tensors,
               std::uint8_t* state, Scratch scratch) {
  std::visit(Runner<Set, Rounding>{graph, stage, tensors, state, scratch}, stage.op);
}

template <class Set>
RunStage* runner_of(RoundingRule rounding) {
  return rounding == RoundingRule::double_rounding ? run_stage<Set, rounding::Double>
                                                   : run_stage<Set, rounding::Single>;
}

template <class Set>
std::int32_t scratch_bytes(const Operator& op) {
  return std::visit(
      [](const auto& p) -> std::int32_t {
        if constexpr (requires { p.parts; }) {
          std::int32_t bytes = 0;
          for (const ConcatenationInput& part : p.parts) bytes = std::max(bytes, Set::scratch_bytes(part));
          return bytes;
        } else {
          return Set::scratch_bytes(p);
        }
      },
      op);
}

}  // namespace

RunStage* stage_runner(KernelSet kernels, RoundingRule rounding) {
  switch (kernels) {
    case KernelSet::reference:
      return runner_of<kernels::Reference>(rounding);
    case KernelSet::portable:
      return runner_of<kernels::Portable>(rounding);
  }
  return nullptr;
}

std::int32_t stage_scratch_bytes(KernelSet kernels, const Stage& stage) {
  switch (kernels) {
    case KernelSet::reference:
      return scratch_bytes<kernels::Reference>(stage.op);
    case KernelSet::portable:
      return scratch_bytes<kernels::Portable>(stage.op);
  }
  return 0;
}

}  // namespace coinfer::graph
