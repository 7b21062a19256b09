// SPDX-License-Identifier: Apache-2.0
#include "latency/features.hpp"

#include <type_traits>

#include "graph/operator_name.hpp"
#include "graph/packing.hpp"
#include "graph/split.hpp"
#include "graph/stage_cost.hpp"

namespace coinfer::latency {
namespace {

double number(std::int64_t count) { return static_cast<double>(count); }

template <class Op>
constexpr bool has_window = requires(const Op& op) {
  op.window.stride_height;
};

template <class Op>
constexpr bool is_pooling = std::is_base_of_v<Pool2d, Op>;

struct WindowWork {
  double values = 0.0;
  double taps = 0.0;
};

// A transposed convolution's window slides over its output: each input pixel is a position.
WindowWork window_work(const graph::Operator& op) {
  return std::visit(
      []<class Op>(const Op& p) -> WindowWork {
        if constexpr (has_window<Op>) {
          const Shape& positions = std::is_same_v<Op, TransposeConv> ? p.in : p.out;
          const double pixels = number(positions.height) * positions.width * p.window.height * p.window.width;
          const bool depthwise = std::is_same_v<Op, DepthwiseConv2d>;  // these values are its macs
          return {depthwise || p.window.pointwise() ? 0.0 : pixels * p.in.channels, pixels};
        } else {
          return {};
        }
      },
      op);
}

// How many values an inner loop takes: a packed window, a vector of a matrix, the channels of a pixel.
std::int64_t run_length(const graph::Graph& graph, const graph::Stage& stage) {
  return std::visit(
      [&]<class Op>(const Op& p) -> std::int64_t {
        if constexpr (std::is_same_v<Op, Conv2d>) {
          return std::int64_t{p.window.height} * p.window.width * p.in.channels;
        } else if constexpr (std::is_same_v<Op, FullyConnected>) {
          return p.input_depth;
        } else {
          return graph::tensor_at(graph, stage.output).shape.channels;
        }
      },
      stage.op);
}

// What vectors of 16 leave over at the ends of the loops.
double macs_left_over(const graph::Graph& graph, const graph::Stage& stage) {
  constexpr std::int64_t lanes = 16;
  const std::int64_t run = run_length(graph, stage);
  return number(graph::macs(stage)) * number(run % lanes) / number(run);
}

std::int64_t input_elements(const graph::Graph& graph, const graph::Stage& stage) {
  std::int64_t elements = 0;
  for (const std::int32_t input : stage.inputs) elements += graph::tensor_at(graph, input).shape.elements();
  return elements;
}

}  // namespace

std::string stage_type(const graph::Stage& stage) {
  const auto* depthwise = std::get_if<DepthwiseConv2d>(&stage.op);
  if (depthwise != nullptr && depthwise->is_convolution()) return "CONV_2D";
  return graph::operator_name(stage.op);
}

std::vector<double> features(const graph::Graph& graph, const graph::Stage& stage) {
  const WindowWork window = window_work(stage.op);
  return {1.0,
          number(graph::macs(stage)),
          macs_left_over(graph, stage),
          window.values,
          window.taps,
          number(graph::bytes_of(graph, stage.inputs)),
          number(graph::tensor_at(graph, stage.output).shape.elements()),
          number(graph::weight_bytes(stage, graph::WeightLayout::tensorflow))};
}

std::vector<double> edgent_features(const graph::Graph& graph, const graph::Stage& stage) {
  const double in = number(input_elements(graph, stage));
  const double out = number(graph::tensor_at(graph, stage.output).shape.elements());
  return std::visit(
      [in, out]<class Op>(const Op& p) -> std::vector<double> {
        if constexpr (is_pooling<Op> || std::is_same_v<Op, FullyConnected>) {
          return {1.0, in, out, 0.0};
        } else if constexpr (has_window<Op>) {
          const double area = number(p.window.height) * p.window.width;
          return {1.0, in, 0.0,
                  area / (number(p.window.stride_height) * p.window.stride_width) * p.out.channels};
        } else {
          return {1.0, in, 0.0, 0.0};
        }
      },
      stage.op);
}

}  // namespace coinfer::latency
