// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer_kernels/xnnpack/subgraph_values.hpp"

namespace coinfer::kernels::xnnpack {

// An XNNPACK subgraph under construction, stage by stage. Convolutions are always given one scale per output
// channel, and a fully connected stage is a 1x1 convolution: it is the only form that XNNPACK rounds alike on
// x86 and Arm. The transposed one is given one scale wherever one is enough: older releases know no other.
class Subgraph : public SubgraphValues {
 public:
  using SubgraphValues::SubgraphValues;

  void add_stage(const NetworkStage& stage) {
    std::visit([this, &stage](const auto& op) { define(op, stage); }, stage.op);
  }

 private:
  static std::uint32_t u(std::int32_t value) { return static_cast<std::uint32_t>(value); }
  static std::size_t z(std::int32_t value) { return static_cast<std::size_t>(value); }

  void define(std::monostate, const NetworkStage&) { check(xnn_status_unsupported_parameter); }

  void define(const Conv2d& p, const NetworkStage& stage) {
    const Window& w = p.window;
    const FilterValues values =
        filter(stage, p.per_channel, {z(p.out.channels), z(w.height), z(w.width), z(p.in.channels)}, 0);
    const Padding after = padding_after(p.in, p.out, w);
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(xnn_define_convolution_2d(get(), u(w.pad_top), u(after.right), u(after.bottom), u(w.pad_left),
                                    u(w.height), u(w.width), u(w.stride_height), u(w.stride_width),
                                    u(w.dilation_height), u(w.dilation_width), 1, z(p.in.channels),
                                    z(p.out.channels), clamp.min, clamp.max, id(stage.inputs[0]),
                                    values.filter, values.bias, id(stage.output), 0));
  }

  void define(const DepthwiseConv2d& p, const NetworkStage& stage) {
    const Window& w = p.window;
    const FilterValues values =
        filter(stage, p.per_channel, {1, z(w.height), z(w.width), z(p.out.channels)}, 3);
    const Padding after = padding_after(p.in, p.out, w);
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(xnn_define_depthwise_convolution_2d(
        get(), u(w.pad_top), u(after.right), u(after.bottom), u(w.pad_left), u(w.height), u(w.width),
        u(w.stride_height), u(w.stride_width), u(w.dilation_height), u(w.dilation_width),
        u(p.depth_multiplier()), z(p.in.channels), clamp.min, clamp.max, id(stage.inputs[0]), values.filter,
        values.bias, id(stage.output), 0));
  }

  void define(const FullyConnected& p, const NetworkStage& stage) {
    const std::int32_t vectors = p.in.elements() / p.input_depth;
    const TensorInfo& in = info(stage.inputs[0]);
    const TensorInfo& out = info(stage.output);
    const FilterValues values = filter(stage, p.per_channel, {z(p.out.channels), 1, 1, z(p.input_depth)}, 0);
    const RealClamp clamp = real(p.clamp, out);
    const Shape in_pixels{1, vectors, p.input_depth};
    const Shape out_pixels{1, vectors, p.out.channels};
    const std::uint32_t input = reshaped(id(stage.inputs[0]), in, in.shape, in_pixels);
    const bool direct = out.shape == out_pixels;
    const std::uint32_t output =
        direct ? id(stage.output) : activation(out, out_pixels, XNN_INVALID_VALUE_ID, 0);
    check(xnn_define_convolution_2d(get(), 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, z(p.input_depth),
                                    z(p.out.channels), clamp.min, clamp.max, input, values.filter,
                                    values.bias, output, 0));
    if (!direct) reshape(output, id(stage.output), out.shape);
  }

  void define(const Add& p, const NetworkStage& stage) {
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(
        define_add(get(), clamp.min, clamp.max, id(stage.inputs[0]), id(stage.inputs[1]), id(stage.output)));
  }

  void define(const AveragePool2d& p, const NetworkStage& stage) {
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(define_global_average(get(), clamp.min, clamp.max, id(stage.inputs[0]), id(stage.output)));
  }

  void define(const MaxPool2d& p, const NetworkStage& stage) {
    const Window& w = p.window;
    const Padding after = padding_after(p.in, p.out, w);
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(xnn_define_max_pooling_2d(get(), u(w.pad_top), u(after.right), u(after.bottom), u(w.pad_left),
                                    u(w.height), u(w.width), u(w.stride_height), u(w.stride_width), 1, 1,
                                    clamp.min, clamp.max, id(stage.inputs[0]), id(stage.output), 0));
  }

  void define(const Mean&, const NetworkStage& stage) {
    const TensorInfo& out = info(stage.output);
    const Shape averaged{1, 1, info(stage.inputs[0]).shape.channels};
    const bool direct = out.shape == averaged;
    const std::uint32_t output =
        direct ? id(stage.output) : activation(out, averaged, XNN_INVALID_VALUE_ID, 0);
    const RealClamp clamp = real(Clamp{}, out);
    check(define_global_average(get(), clamp.min, clamp.max, id(stage.inputs[0]), output));
    if (!direct) reshape(output, id(stage.output), out.shape);
  }

  void define(const Pad& p, const NetworkStage& stage) {
    const std::size_t before[4] = {0, z(p.top), z(p.left), z(p.before)};
    const std::size_t after[4] = {0, z(p.out.height - p.in.height - p.top),
                                  z(p.out.width - p.in.width - p.left),
                                  z(p.out.channels - p.in.channels - p.before)};
    check(define_pad(get(), before, after, 0.0F, id(stage.inputs[0]), id(stage.output)));
  }

  void define(const Reshape& p, const NetworkStage& stage) {
    reshape(id(stage.inputs[0]), id(stage.output), p.out);
  }

  void define(const TransposeConv& p, const NetworkStage& stage) {
    const Window& w = p.window;
    const std::size_t dims[4] = {z(p.out.channels), z(w.height), z(w.width), z(p.in.channels)};
    const FilterValues values =
        p.per_channel ? filter(stage, true, dims, 0) : filter_of_one_scale(stage, dims);
    const TransposedFit rows =
        transposed_fit(p.in.height, p.out.height, w.height, w.stride_height, w.pad_top);
    const TransposedFit columns =
        transposed_fit(p.in.width, p.out.width, w.width, w.stride_width, w.pad_left);
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(xnn_define_deconvolution_2d(get(), u(w.pad_top), u(columns.cut), u(rows.cut), u(w.pad_left),
                                      u(rows.added), u(columns.added), u(w.height), u(w.width),
                                      u(w.stride_height), u(w.stride_width), 1, 1, 1, z(p.in.channels),
                                      z(p.out.channels), clamp.min, clamp.max, id(stage.inputs[0]),
                                      values.filter, values.bias, id(stage.output), 0));
  }

  std::uint32_t second_operand(const Broadcast& p, const NetworkStage& stage, Quantization of_constant) {
    return stage.constant == nullptr ? id(stage.inputs[1]) : constant(p.second, stage.constant, of_constant);
  }

  void define(const BroadcastAdd& p, const NetworkStage& stage) {
    const std::uint32_t first = id(stage.inputs[0]);
    const std::uint32_t second = second_operand(p, stage, constant_of_sum(p, info(stage.inputs[0]).scale));
    const RealClamp clamp = real(p.clamp, info(stage.output));
    const auto define_sum = p.negate_first || p.negate_second ? define_subtract : define_add;
    check(define_sum(get(), clamp.min, clamp.max, p.negate_first ? second : first,
                     p.negate_first ? first : second, id(stage.output)));
  }

  void define(const Mul& p, const NetworkStage& stage) {
    const TensorInfo& out = info(stage.output);
    const std::uint32_t second =
        second_operand(p, stage, constant_of_product(p, info(stage.inputs[0]).scale, out.scale));
    const RealClamp clamp = real(p.clamp, out);
    check(define_multiply(get(), clamp.min, clamp.max, id(stage.inputs[0]), second, id(stage.output)));
  }

  void define(const Requantize& p, const NetworkStage& stage) {
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(define_clamp(get(), clamp.min, clamp.max, id(stage.inputs[0]), id(stage.output)));
  }

  void define(const ResizeBilinear& p, const NetworkStage& stage) {
    const std::uint32_t flags = p.align_corners        ? XNN_FLAG_ALIGN_CORNERS
                                : p.half_pixel_centers ? 0
                                                       : XNN_FLAG_TENSORFLOW_LEGACY_MODE;
    check(xnn_define_static_resize_bilinear_2d(get(), z(p.out.height), z(p.out.width), id(stage.inputs[0]),
                                               id(stage.output), flags));
  }
};

}  // namespace coinfer::kernels::xnnpack
