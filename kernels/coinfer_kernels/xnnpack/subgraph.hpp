// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "coinfer_kernels/xnnpack/library.hpp"
#include "coinfer_kernels/xnnpack/support.hpp"

namespace coinfer::kernels::xnnpack {

// An XNNPACK subgraph under construction. Every function returns false once the
// library refused something. All activations are 1 x height x width x channels.
// Convolutions are always given one scale per output channel, and a fully
// connected stage is a 1x1 convolution: it is the only form that XNNPACK rounds
// alike on x86 and Arm.
class Subgraph {
 public:
  Subgraph(const Network& network, std::size_t external_values)
      : network_(network), ids_(network.tensors.size(), XNN_INVALID_VALUE_ID) {
    ok_ =
        xnn_create_subgraph(static_cast<std::uint32_t>(external_values), 0, &subgraph_) == xnn_status_success;
  }
  ~Subgraph() {
    if (subgraph_ != nullptr) xnn_delete_subgraph(subgraph_);
  }
  Subgraph(const Subgraph&) = delete;
  Subgraph& operator=(const Subgraph&) = delete;

  xnn_subgraph_t get() const { return subgraph_; }
  bool ok() const { return ok_; }

  // Declares a tensor that the caller provides or takes; `flags` are
  // XNN_VALUE_FLAG_*.
  bool external(std::int32_t tensor, std::uint32_t external_id, std::uint32_t flags) {
    ids_[static_cast<std::size_t>(tensor)] = activation(info(tensor), info(tensor).shape, external_id, flags);
    return ok_;
  }

  bool add_stage(const NetworkStage& stage) {
    std::visit([this, &stage](const auto& op) { define(op, stage); }, stage.op);
    return ok_;
  }

 private:
  const TensorInfo& info(std::int32_t tensor) const {
    return network_.tensors[static_cast<std::size_t>(tensor)];
  }

  std::uint32_t id(std::int32_t tensor) {
    std::uint32_t& value = ids_[static_cast<std::size_t>(tensor)];
    if (value == XNN_INVALID_VALUE_ID)
      value = activation(info(tensor), info(tensor).shape, XNN_INVALID_VALUE_ID, 0);
    return value;
  }

  void check(xnn_status status) { ok_ = ok_ && status == xnn_status_success; }

  std::uint32_t activation(const TensorInfo& tensor, const Shape& shape, std::uint32_t external_id,
                           std::uint32_t flags) {
    const std::size_t dims[4] = {1, static_cast<std::size_t>(shape.height),
                                 static_cast<std::size_t>(shape.width),
                                 static_cast<std::size_t>(shape.channels)};
    std::uint32_t value = XNN_INVALID_VALUE_ID;
    check(xnn_define_quantized_tensor_value(subgraph_, xnn_datatype_qint8, tensor.zero_point, tensor.scale, 4,
                                            dims, nullptr, external_id, flags, &value));
    return value;
  }

  // A tensor's bytes under another shape; the same value when the shape is the
  // same.
  std::uint32_t reshaped(std::uint32_t value, const TensorInfo& tensor, const Shape& from, const Shape& to) {
    if (from == to) return value;
    const std::uint32_t target = activation(tensor, to, XNN_INVALID_VALUE_ID, 0);
    reshape(value, target, to);
    return target;
  }

  void reshape(std::uint32_t from, std::uint32_t to, const Shape& shape) {
    const std::size_t dims[4] = {1, static_cast<std::size_t>(shape.height),
                                 static_cast<std::size_t>(shape.width),
                                 static_cast<std::size_t>(shape.channels)};
    check(xnn_define_static_reshape(subgraph_, 4, dims, from, to, 0));
  }

  struct FilterValues {
    std::uint32_t filter = XNN_INVALID_VALUE_ID;
    std::uint32_t bias = XNN_INVALID_VALUE_ID;
  };

  // `dims` of the filter, whose output channels are dimension `channel_dim`.
  FilterValues filter(const NetworkStage& stage, bool per_channel, const std::size_t (&dims)[4],
                      std::size_t channel_dim) {
    const TensorInfo& in = info(stage.inputs[0]);
    const TensorInfo& out = info(stage.output);
    const std::size_t channels = dims[channel_dim];
    const std::vector<float>& scales = scales_.emplace_back(
        filter_scales(stage.weights, per_channel, static_cast<std::int32_t>(channels), in.scale, out.scale));
    FilterValues values;
    check(xnn_define_channelwise_quantized_tensor_value(subgraph_, xnn_datatype_qcint8, scales.data(), 4,
                                                        channel_dim, dims, stage.weights.filter,
                                                        XNN_INVALID_VALUE_ID, 0, &values.filter));
    if (stage.weights.bias == nullptr) return values;
    std::vector<float>& bias_scales = scales_.emplace_back(scales);
    for (float& scale : bias_scales) scale *= in.scale;
    check(xnn_define_channelwise_quantized_tensor_value(subgraph_, xnn_datatype_qcint32, bias_scales.data(),
                                                        1, 0, &channels, stage.weights.bias,
                                                        XNN_INVALID_VALUE_ID, 0, &values.bias));
    return values;
  }

  // A fused activation as real numbers; infinite where it does nothing.
  struct RealClamp {
    float min;
    float max;
  };
  static RealClamp real(const Clamp& clamp, const TensorInfo& out) {
    const auto value = [&out](std::int32_t q) { return static_cast<float>(q - out.zero_point) * out.scale; };
    const float infinity = std::numeric_limits<float>::infinity();
    return {clamp.min <= -128 ? -infinity : value(clamp.min), clamp.max >= 127 ? infinity : value(clamp.max)};
  }

  static std::uint32_t u(std::int32_t value) { return static_cast<std::uint32_t>(value); }
  static std::size_t z(std::int32_t value) { return static_cast<std::size_t>(value); }

  void define(std::monostate, const NetworkStage&) { ok_ = false; }

  void define(const Conv2d& p, const NetworkStage& stage) {
    const Window& w = p.window;
    const FilterValues values =
        filter(stage, p.per_channel, {z(p.out.channels), z(w.height), z(w.width), z(p.in.channels)}, 0);
    const Padding after = padding_after(p.in, p.out, w);
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(xnn_define_convolution_2d(subgraph_, u(w.pad_top), u(after.right), u(after.bottom), u(w.pad_left),
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
        subgraph_, u(w.pad_top), u(after.right), u(after.bottom), u(w.pad_left), u(w.height), u(w.width),
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
    check(xnn_define_convolution_2d(subgraph_, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, z(p.input_depth),
                                    z(p.out.channels), clamp.min, clamp.max, input, values.filter,
                                    values.bias, output, 0));
    if (!direct) reshape(output, id(stage.output), out.shape);
  }

  void define(const Add& p, const NetworkStage& stage) {
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(define_add(subgraph_, clamp.min, clamp.max, id(stage.inputs[0]), id(stage.inputs[1]),
                     id(stage.output)));
  }

  void define(const AveragePool2d& p, const NetworkStage& stage) {
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(define_global_average(subgraph_, clamp.min, clamp.max, id(stage.inputs[0]), id(stage.output)));
  }

  void define(const MaxPool2d& p, const NetworkStage& stage) {
    const Window& w = p.window;
    const Padding after = padding_after(p.in, p.out, w);
    const RealClamp clamp = real(p.clamp, info(stage.output));
    check(xnn_define_max_pooling_2d(subgraph_, u(w.pad_top), u(after.right), u(after.bottom), u(w.pad_left),
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
    check(define_global_average(subgraph_, clamp.min, clamp.max, id(stage.inputs[0]), output));
    if (!direct) reshape(output, id(stage.output), out.shape);
  }

  void define(const Pad& p, const NetworkStage& stage) {
    const std::size_t before[4] = {0, z(p.top), z(p.left), z(p.before)};
    const std::size_t after[4] = {0, z(p.out.height - p.in.height - p.top),
                                  z(p.out.width - p.in.width - p.left),
                                  z(p.out.channels - p.in.channels - p.before)};
    check(define_pad(subgraph_, before, after, 0.0F, id(stage.inputs[0]), id(stage.output)));
  }

  void define(const Reshape& p, const NetworkStage& stage) {
    reshape(id(stage.inputs[0]), id(stage.output), p.out);
  }

  const Network& network_;
  std::vector<std::uint32_t> ids_;         // per tensor of the network
  std::deque<std::vector<float>> scales_;  // XNNPACK keeps pointers to them until the runtime is made
  xnn_subgraph_t subgraph_ = nullptr;
  bool ok_ = false;
};

}  // namespace coinfer::kernels::xnnpack
