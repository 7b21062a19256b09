// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include "coinfer_kernels/xnnpack/library.hpp"
#include "coinfer_kernels/xnnpack/support.hpp"

namespace coinfer::kernels::xnnpack {

// A copy of an operand that the file holds: XNNPACK reads on behind the last value, each time it runs.
using PaddedConstant = std::vector<std::int8_t>;

// The tensors of an XNNPACK subgraph under construction. ok() is false once the library refused something.
// All activations are 1 x height x width x channels.
class SubgraphValues {
 public:
  SubgraphValues(const Network& network, std::size_t external_values)
      : network_(network), ids_(network.tensors.size(), XNN_INVALID_VALUE_ID) {
    ok_ =
        xnn_create_subgraph(static_cast<std::uint32_t>(external_values), 0, &subgraph_) == xnn_status_success;
  }
  ~SubgraphValues() {
    if (subgraph_ != nullptr) xnn_delete_subgraph(subgraph_);
  }
  SubgraphValues(const SubgraphValues&) = delete;
  SubgraphValues& operator=(const SubgraphValues&) = delete;

  xnn_subgraph_t get() const { return subgraph_; }
  bool ok() const { return ok_; }

  // Declares a tensor that the caller provides or takes; `flags` are XNN_VALUE_FLAG_*.
  void external(std::int32_t tensor, std::uint32_t external_id, std::uint32_t flags) {
    ids_[static_cast<std::size_t>(tensor)] = activation(info(tensor), info(tensor).shape, external_id, flags);
  }

  // What has to live as long as the runtime that is made from this subgraph.
  std::deque<PaddedConstant> take_constants() { return std::move(constants_); }

 protected:
  // A function's real numbers for a fused activation; infinite where it does nothing.
  struct RealClamp {
    float min;
    float max;
  };
  static RealClamp real(const Clamp& clamp, const TensorInfo& out) {
    const auto value = [&out](std::int32_t q) { return static_cast<float>(q - out.zero_point) * out.scale; };
    const float infinity = std::numeric_limits<float>::infinity();
    return {clamp.min <= -128 ? -infinity : value(clamp.min), clamp.max >= 127 ? infinity : value(clamp.max)};
  }

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
    return tensor_value(shape, tensor.scale, tensor.zero_point, nullptr, external_id, flags);
  }

  std::uint32_t constant(const Shape& shape, const std::int8_t* values, Quantization quantization) {
    PaddedConstant& copy = constants_.emplace_back(values, values + shape.elements());
    copy.resize(copy.size() + extra_bytes);
    return tensor_value(shape, quantization.scale, quantization.zero_point, copy.data(), XNN_INVALID_VALUE_ID,
                        0);
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
    check(xnn_define_static_reshape(subgraph_, 4, dims_of(shape).data(), from, to, 0));
  }

  struct FilterValues {
    std::uint32_t filter = XNN_INVALID_VALUE_ID;
    std::uint32_t bias = XNN_INVALID_VALUE_ID;
  };

  // One scale per output channel. `dims` of the filter, whose output channels are dimension `channel_dim`.
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

  // One scale for the whole filter.
  FilterValues filter_of_one_scale(const NetworkStage& stage, const std::size_t (&dims)[4]) {
    const TensorInfo& in = info(stage.inputs[0]);
    const float scale = filter_scales(stage.weights, false, 1, in.scale, info(stage.output).scale)[0];
    FilterValues values;
    check(xnn_define_quantized_tensor_value(subgraph_, xnn_datatype_qint8, 0, scale, 4, dims,
                                            stage.weights.filter, XNN_INVALID_VALUE_ID, 0, &values.filter));
    if (stage.weights.bias == nullptr) return values;
    check(xnn_define_quantized_tensor_value(subgraph_, xnn_datatype_qint32, 0, scale * in.scale, 1, &dims[0],
                                            stage.weights.bias, XNN_INVALID_VALUE_ID, 0, &values.bias));
    return values;
  }

 private:
  static std::array<std::size_t, 4> dims_of(const Shape& shape) {
    return {1, static_cast<std::size_t>(shape.height), static_cast<std::size_t>(shape.width),
            static_cast<std::size_t>(shape.channels)};
  }

  std::uint32_t tensor_value(const Shape& shape, float scale, std::int32_t zero_point, const void* data,
                             std::uint32_t external_id, std::uint32_t flags) {
    std::uint32_t value = XNN_INVALID_VALUE_ID;
    check(xnn_define_quantized_tensor_value(subgraph_, xnn_datatype_qint8, zero_point, scale, 4,
                                            dims_of(shape).data(), data, external_id, flags, &value));
    return value;
  }

  const Network& network_;
  std::vector<std::uint32_t> ids_;         // per tensor of the network
  std::deque<std::vector<float>> scales_;  // XNNPACK keeps pointers to them until the runtime is made
  std::deque<PaddedConstant> constants_;
  xnn_subgraph_t subgraph_ = nullptr;
  bool ok_ = false;
};

}  // namespace coinfer::kernels::xnnpack
