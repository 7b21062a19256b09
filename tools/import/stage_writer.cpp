// SPDX-License-Identifier: Apache-2.0
#include "import/stage_writer.hpp"

#include "graph/operator_name.hpp"
#include "import/text.hpp"

namespace coinfer::import {
namespace {

std::string field(const std::string& text) { return "  static constexpr " + text + ";\n"; }

std::string tensor_field(const std::string& name, const std::string& tensor) {
  return field("auto& " + name + " = tensors::" + tensor);
}

std::string named(const char* name, std::int64_t value) {
  return std::string("/*") + name + "*/ " + std::to_string(value);
}

std::string window_field(const Window& w) {
  const auto pair = [](std::int32_t a, std::int32_t b) {
    return "(" + std::to_string(a) + ", " + std::to_string(b) + ")";
  };
  std::string text = "auto window = coinfer::window" + pair(w.height, w.width);
  if (w.stride_height != 1 || w.stride_width != 1) text += ".stride" + pair(w.stride_height, w.stride_width);
  if (w.dilation_height != 1 || w.dilation_width != 1)
    text += ".dilation" + pair(w.dilation_height, w.dilation_width);
  if (w.pad_top != 0 || w.pad_left != 0) text += ".pad" + pair(w.pad_top, w.pad_left);
  return field(text);
}

std::string clamp_literal(const Clamp& clamp) {
  return "{" + std::to_string(clamp.min) + ", " + std::to_string(clamp.max) + "}";
}
std::string clamp_field(const Clamp& clamp) {
  return field("coinfer::Clamp clamp = " + clamp_literal(clamp));
}

std::string weights_fields(const StageText& s, bool per_channel) {
  return field(std::string("bool per_channel = ") + (per_channel ? "true" : "false")) +
         field("auto& weights = weights::" + s.variable);
}

const char* boolean(bool value) { return value ? "true" : "false"; }

std::string reduction_literal(const Reduction& p) {
  return std::string("{in.shape, out.shape, /*over_height*/ ") + boolean(p.over_height) +
         ", /*over_width*/ " + boolean(p.over_width) + ", /*over_channels*/ " + boolean(p.over_channels) +
         "}";
}

std::string constants_field(const StageText& s, const char* name) {
  return field(std::string("auto& ") + name + " = weights::" + s.variable);
}

std::string axis_field(Axis axis) {
  static constexpr const char* axes[] = {"height", "width", "channels"};
  return field(std::string("auto axis = coinfer::Axis::") + axes[static_cast<int>(axis)]);
}

template <class Resize>
std::string resize_fields(const Resize& p) {
  return field(std::string("bool align_corners = ") + boolean(p.align_corners)) +
         field(std::string("bool half_pixel_centers = ") + boolean(p.half_pixel_centers));
}

std::string triple(const std::int32_t (&values)[3]) {
  return "{" + std::to_string(values[0]) + ", " + std::to_string(values[1]) + ", " +
         std::to_string(values[2]) + "}";
}

std::string add_operand(const AddOperand& o) {
  return "{" + named("zero_point", o.zero_point) + ", " + named("multiplier", o.multiplier) + ", " +
         named("shift", o.shift) + "}";
}

// Fields of the stage's description, per operator; the stage templates say what they need.
struct Fields {
  const StageText& s;

  std::string in_out() const {
    return tensor_field("in", s.inputs.front()) + tensor_field("out", s.variable);
  }
  std::string params(const char* type, const std::string& values) const {
    return field(std::string("coinfer::") + type + " params = {" + values + "}");
  }

  template <class Params>
  std::string scaled_reduction(const char* type, const Params& p) const {
    return in_out() +
           params(type, reduction_literal(p) + ",\n      " + named("in_zero_point", p.in_zero_point) + ", " +
                            named("out_zero_point", p.out_zero_point) + ", " +
                            named("multiplier", p.multiplier) + ", " + named("shift", p.shift));
  }

  std::string operator()(const Conv2d& p) const {
    return in_out() + window_field(p.window) + clamp_field(p.clamp) + weights_fields(s, p.per_channel);
  }
  std::string operator()(const DepthwiseConv2d& p) const {
    return in_out() + window_field(p.window) + clamp_field(p.clamp) + weights_fields(s, p.per_channel);
  }
  std::string operator()(const TransposeConv& p) const {
    return in_out() + window_field(p.window) + clamp_field(p.clamp) + weights_fields(s, p.per_channel);
  }
  std::string operator()(const Svdf& p) const {
    return in_out() +
           params("Svdf", "in.shape, out.shape, " + named("rank", p.rank) + ", " + named("memory", p.memory) +
                              ", in.zero_point, out.zero_point,\n      " +
                              named("feature_multiplier", p.feature_multiplier) + ", " +
                              named("feature_shift", p.feature_shift) + ", " +
                              named("multiplier", p.multiplier) + ", " + named("shift", p.shift) + ", " +
                              clamp_literal(p.state_clamp)) +
           field("auto& weights = weights::" + s.variable) +
           field("std::int32_t state_offset = " + std::to_string(s.state_offset));
  }
  std::string operator()(const UnidirectionalSequenceLstm& p) const {
    std::string gates;
    for (const LstmGate& gate : p.gates) {
      gates += "\n       {" + named("input_multiplier", gate.input_multiplier) + ", " +
               named("input_shift", gate.input_shift) + ", " +
               named("recurrent_multiplier", gate.recurrent_multiplier) + ", " +
               named("recurrent_shift", gate.recurrent_shift) + "},";
    }
    gates.back() = '}';
    return in_out() +
           params("UnidirectionalSequenceLstm",
                  std::string("in.shape, out.shape, /*time_major*/ ") + boolean(p.time_major) +
                      ", out.zero_point,\n      {" + gates.substr(8) + ",\n      " +
                      named("cell_bits", p.cell_bits) + ", " + clamp_literal(p.cell_clamp) + ", " +
                      named("multiplier", p.multiplier) + ", " + named("shift", p.shift)) +
           field("auto& weights = weights::" + s.variable) +
           field("std::int32_t state_offset = " + std::to_string(s.state_offset));
  }
  std::string operator()(const BatchMatMul& p) const {
    return tensor_field("first", s.inputs[0]) + tensor_field("second", s.inputs[1]) +
           tensor_field("out", s.variable) +
           params("BatchMatMul", std::string("first.shape, second.shape, out.shape, /*transpose_first*/ ") +
                                     boolean(p.transpose_first) + ", /*transpose_second*/ " +
                                     boolean(p.transpose_second) +
                                     ",\n      first.zero_point, second.zero_point, out.zero_point, " +
                                     named("multiplier", p.multiplier) + ", " + named("shift", p.shift));
  }
  std::string operator()(const Cast& /*p*/) const { return in_out() + params("Cast", "out.shape"); }
  std::string operator()(const FullyConnected& p) const {
    return in_out() + field("std::int32_t input_depth = " + std::to_string(p.input_depth)) +
           clamp_field(p.clamp) + weights_fields(s, p.per_channel);
  }
  std::string operator()(const Add& p) const {
    return tensor_field("first", s.inputs[0]) + tensor_field("second", s.inputs[1]) +
           tensor_field("out", s.variable) +
           params("Add", "out.shape,\n      " + add_operand(p.first) + ",\n      " + add_operand(p.second) +
                             ",\n      " + named("out_zero_point", p.out_zero_point) + ", " +
                             named("out_multiplier", p.out_multiplier) + ", " +
                             named("out_shift", p.out_shift) + ", " + clamp_literal(p.clamp));
  }
  std::string operator()(const AveragePool2d& p) const {
    return in_out() + window_field(p.window) + clamp_field(p.clamp);
  }
  std::string operator()(const MaxPool2d& p) const {
    return in_out() + window_field(p.window) + clamp_field(p.clamp);
  }
  std::string operator()(const Mean& p) const { return scaled_reduction("Mean", p); }
  std::string operator()(const Sum& p) const { return scaled_reduction("Sum", p); }
  std::string operator()(const ReduceMax& p) const {
    return in_out() + params("ReduceMax", reduction_literal(p));
  }
  std::string operator()(const ArgMax& p) const { return in_out() + params("ArgMax", reduction_literal(p)); }
  std::string operator()(const Pad& p) const {
    return in_out() +
           params("Pad", "in.shape, out.shape, " + named("top", p.top) + ", " + named("left", p.left) + ", " +
                             named("before", p.before) + ", " + named("value", p.value));
  }
  std::string operator()(const graph::Concatenation& p) const {
    std::string inputs;
    for (const std::string& input : s.inputs)
      inputs += (inputs.empty() ? "&tensors::" : ", &tensors::") + input;
    return field("const coinfer::TensorInfo* inputs[] = {" + inputs + "}") + tensor_field("out", s.variable) +
           axis_field(p.parts.front().axis);
  }
  std::string operator()(const Reshape& /*p*/) const { return in_out(); }
  std::string operator()(const Softmax& p) const {
    return in_out() +
           params("Softmax", "out.shape, " + named("multiplier", p.multiplier) + ", " +
                                 named("left_shift", p.left_shift) + ", " + named("diff_min", p.diff_min));
  }
  std::string operator()(const LogSoftmax& p) const {
    return in_out() +
           params("LogSoftmax", "out.shape, " + named("multiplier", p.multiplier) + ", " +
                                    named("left_shift", p.left_shift) + ", " + named("diff_min", p.diff_min) +
                                    ",\n      " + named("reverse_multiplier", p.reverse_multiplier) + ", " +
                                    named("reverse_shift", p.reverse_shift));
  }
  std::string operator()(const L2Normalization& /*p*/) const {
    return in_out() + params("L2Normalization", "out.shape, in.zero_point");
  }
  std::string operator()(const Requantize& p) const {
    return in_out() + params("Requantize", "out.shape, " + named("in_zero_point", p.in_zero_point) + ", " +
                                               named("out_zero_point", p.out_zero_point) + ",\n      " +
                                               named("multiplier", p.multiplier) + ", " +
                                               named("shift", p.shift) + ", " + clamp_literal(p.clamp));
  }
  std::string operator()(const Quantize& /*p*/) const {
    return in_out() + params("Quantize", "out.shape, out.scale, out.zero_point");
  }
  std::string operator()(const Dequantize& /*p*/) const {
    return in_out() + params("Dequantize", "out.shape, in.scale, in.zero_point");
  }
  std::string operator()(const Transpose& p) const {
    return in_out() + params("Transpose", "in.shape, out.shape, {" + std::to_string(p.permutation[0]) + ", " +
                                              std::to_string(p.permutation[1]) + ", " +
                                              std::to_string(p.permutation[2]) + "}");
  }
  std::string operator()(const ResizeNearestNeighbor& p) const { return in_out() + resize_fields(p); }
  // `values`: the members behind the shapes, from the first of them on.
  std::string broadcast(const char* type, const Broadcast& p, const std::string& values) const {
    const bool constant = s.inputs.size() == 1;
    const std::string shapes = "{first.shape, " +
                               (constant ? shape_literal(p.second) : std::string("second.shape")) +
                               ", out.shape}";
    return tensor_field("first", s.inputs[0]) +
           (constant ? constants_field(s, "second") : tensor_field("second", s.inputs[1])) +
           tensor_field("out", s.variable) +
           params(type, shapes + (values.empty() ? "" : ",\n      " + values));
  }
  std::string operator()(const BroadcastAdd& p) const {
    return broadcast("BroadcastAdd", p,
                     add_operand(p.first_scale) + ",\n      " + add_operand(p.second_scale) +
                         ",\n      /*negate_first*/ " + boolean(p.negate_first) + ", /*negate_second*/ " +
                         boolean(p.negate_second) + ", " + named("out_zero_point", p.out_zero_point) +
                         ",\n      " + named("out_multiplier", p.out_multiplier) + ", " +
                         named("out_shift", p.out_shift) + ", " + clamp_literal(p.clamp));
  }
  std::string operator()(const Mul& p) const {
    return broadcast("Mul", p,
                     named("first_zero_point", p.first_zero_point) + ", " +
                         named("second_zero_point", p.second_zero_point) + ", " +
                         named("out_zero_point", p.out_zero_point) + ",\n      " +
                         named("multiplier", p.multiplier) + ", " + named("shift", p.shift) + ", " +
                         clamp_literal(p.clamp));
  }
  std::string operator()(const Minimum& p) const { return broadcast("Minimum", p, ""); }
  std::string operator()(const Maximum& p) const { return broadcast("Maximum", p, ""); }
  std::string operator()(const Prelu& p) const {
    return broadcast(
        "Prelu", p,
        named("in_zero_point", p.in_zero_point) + ", " + named("alpha_zero_point", p.alpha_zero_point) +
            ", " + named("out_zero_point", p.out_zero_point) + ",\n      " +
            named("multiplier", p.multiplier) + ", " + named("shift", p.shift) + ", " +
            named("alpha_multiplier", p.alpha_multiplier) + ", " + named("alpha_shift", p.alpha_shift));
  }
  std::string operator()(const graph::Slice& p) const {
    return in_out() +
           params("StridedSlice", "in.shape, " + shape_literal(p.taken) + ", out.shape, /*begin*/ " +
                                      triple(p.begin) + ", /*stride*/ " + triple(p.stride));
  }
  std::string operator()(const graph::Selection& p) const {
    return in_out() + axis_field(p.axis) +
           field("std::int32_t positions[] = {\n" + number_list<std::int32_t>(p.positions, "      ") + "  }");
  }
  std::string operator()(const SpaceToDepth& p) const {
    return in_out() + field("std::int32_t block = " + std::to_string(p.block));
  }
  std::string operator()(const DepthToSpace& p) const {
    return in_out() + field("std::int32_t block = " + std::to_string(p.block));
  }
  std::string operator()(const ResizeBilinear& p) const { return in_out() + resize_fields(p); }
  std::string operator()(const graph::Table& /*p*/) const {
    return in_out() + constants_field(s, "constants");
  }
};

// Name of the stage template in coinfer/stages.hpp.
struct TemplateName {
  const char* operator()(const Conv2d&) const { return "Conv2dStage"; }
  const char* operator()(const DepthwiseConv2d&) const { return "DepthwiseConv2dStage"; }
  const char* operator()(const FullyConnected&) const { return "FullyConnectedStage"; }
  const char* operator()(const Add&) const { return "AddStage"; }
  const char* operator()(const AveragePool2d&) const { return "AveragePool2dStage"; }
  const char* operator()(const MaxPool2d&) const { return "MaxPool2dStage"; }
  const char* operator()(const Mean&) const { return "MeanStage"; }
  const char* operator()(const Pad&) const { return "PadStage"; }
  const char* operator()(const graph::Concatenation&) const { return "ConcatenationStage"; }
  const char* operator()(const Reshape&) const { return "ReshapeStage"; }
  const char* operator()(const Softmax&) const { return "SoftmaxStage"; }
  const char* operator()(const Requantize&) const { return "RequantizeStage"; }
  const char* operator()(const Quantize&) const { return "QuantizeStage"; }
  const char* operator()(const Dequantize&) const { return "DequantizeStage"; }
  const char* operator()(const Transpose&) const { return "TransposeStage"; }
  const char* operator()(const ResizeNearestNeighbor&) const { return "ResizeNearestNeighborStage"; }
  const char* operator()(const TransposeConv&) const { return "TransposeConvStage"; }
  const char* operator()(const BatchMatMul&) const { return "BatchMatMulStage"; }
  const char* operator()(const Cast&) const { return "CastStage"; }
  const char* operator()(const Svdf&) const { return "SvdfStage"; }
  const char* operator()(const UnidirectionalSequenceLstm&) const {
    return "UnidirectionalSequenceLstmStage";
  }
  const char* operator()(const Sum&) const { return "SumStage"; }
  const char* operator()(const ReduceMax&) const { return "ReduceMaxStage"; }
  const char* operator()(const ArgMax&) const { return "ArgMaxStage"; }
  const char* operator()(const LogSoftmax&) const { return "LogSoftmaxStage"; }
  const char* operator()(const L2Normalization&) const { return "L2NormalizationStage"; }
  const char* operator()(const BroadcastAdd&) const { return "BroadcastAddStage"; }
  const char* operator()(const Mul&) const { return "MulStage"; }
  const char* operator()(const Minimum&) const { return "MinimumStage"; }
  const char* operator()(const Maximum&) const { return "MaximumStage"; }
  const char* operator()(const Prelu&) const { return "PreluStage"; }
  const char* operator()(const graph::Slice&) const { return "StridedSliceStage"; }
  const char* operator()(const graph::Selection&) const { return "GatherStage"; }
  const char* operator()(const SpaceToDepth&) const { return "SpaceToDepthStage"; }
  const char* operator()(const DepthToSpace&) const { return "DepthToSpaceStage"; }
  const char* operator()(const ResizeBilinear&) const { return "ResizeBilinearStage"; }
  const char* operator()(const graph::Table&) const { return "LookupStage"; }
};

}  // namespace

std::string stage_struct(const graph::Stage& stage, const StageText& text) {
  return "struct " + text.type + " {  // " + text.comment + "\n" + std::visit(Fields{text}, stage.op) +
         "};\n";
}

std::string stage_template(const graph::Stage& stage, const StageText& text) {
  return std::string("coinfer::") + std::visit(TemplateName{}, stage.op) + "<" + text.type + ">";
}

}  // namespace coinfer::import
