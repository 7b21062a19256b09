// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "coinfer_kernels/xnnpack/network.hpp"

// Which stages have an XNNPACK operator of the same meaning. Limits of scale
// that the library itself checks are left to it (Segment::create fails, see
// Plan); what it would silently compute otherwise is refused here.
namespace coinfer::kernels::xnnpack {

inline bool same_quantization(const TensorInfo& a, const TensorInfo& b) {
  return a.scale == b.scale && a.zero_point == b.zero_point;
}

// Padding after the last row or column, such that `out` window positions fit
// exactly.
struct Padding {
  std::int32_t bottom = 0;
  std::int32_t right = 0;
};

inline std::int32_t padding_after(std::int32_t in, std::int32_t out, std::int32_t taps, std::int32_t stride,
                                  std::int32_t dilation, std::int32_t before) {
  const std::int32_t needed = (out - 1) * stride + (taps - 1) * dilation + 1 - in - before;
  return needed > 0 ? needed : 0;
}

inline Padding padding_after(const Shape& in, const Shape& out, const Window& w) {
  return {padding_after(in.height, out.height, w.height, w.stride_height, w.dilation_height, w.pad_top),
          padding_after(in.width, out.width, w.width, w.stride_width, w.dilation_width, w.pad_left)};
}

// XNNPACK derives the output size from the padding; ours is given. They must
// agree.
inline bool size_agrees(std::int32_t in, std::int32_t out, std::int32_t taps, std::int32_t stride,
                        std::int32_t dilation, std::int32_t before) {
  const std::int32_t after = padding_after(in, out, taps, stride, dilation, before);
  const std::int32_t room = in + before + after - ((taps - 1) * dilation + 1);
  return before >= 0 && room >= 0 && room / stride + 1 == out;
}

inline bool size_agrees(const Shape& in, const Shape& out, const Window& w) {
  return size_agrees(in.height, out.height, w.height, w.stride_height, w.dilation_height, w.pad_top) &&
         size_agrees(in.width, out.width, w.width, w.stride_width, w.dilation_width, w.pad_left);
}

inline bool covers_input(const Pool2d& p) {
  return p.out.height == 1 && p.out.width == 1 && p.window.height == p.in.height &&
         p.window.width == p.in.width && p.window.pad_top == 0 && p.window.pad_left == 0;
}

// Scale of each output channel's filter, from the requantization constants: multiplier * 2^(shift - 31) is
// in * filter / out to 31 bits, so that the nearest float is the scale of the file. A multiplier of 0 stands
// for a ratio below 2^-32: no accumulator reaches one half with it, nor with the smallest ratio that XNNPACK
// takes.
inline std::vector<float> filter_scales(const ChannelWeights& weights, bool per_channel,
                                        std::int32_t channels, float in_scale, float out_scale) {
  constexpr double smallest_ratio = 1.001 / 4294967296.0;
  std::vector<float> scales;
  for (std::int32_t c = 0; c < channels; ++c) {
    const std::int32_t i = per_channel ? c : 0;
    double ratio = std::ldexp(static_cast<double>(weights.multiplier[i]), weights.shift[i] - 31);
    if (ratio < smallest_ratio) ratio = smallest_ratio;
    scales.push_back(
        static_cast<float>(ratio * static_cast<double>(out_scale) / static_cast<double>(in_scale)));
  }
  return scales;
}

// What a transposed convolution of stride * (in - 1) + taps positions becomes along one axis: `before` of
// them and `cut` behind are dropped, or `added` appended.
struct TransposedFit {
  std::int32_t cut = 0;
  std::int32_t added = 0;
};

inline TransposedFit transposed_fit(std::int32_t in, std::int32_t out, std::int32_t taps, std::int32_t stride,
                                    std::int32_t before) {
  const std::int32_t surplus = (in - 1) * stride + taps - before - out;
  return surplus >= 0 ? TransposedFit{surplus, 0} : TransposedFit{0, -surplus};
}

struct Quantization {
  float scale = 0.0F;
  std::int32_t zero_point = 0;
};

// Of the operand that the file holds, from the requantization constants; scale 0: cannot be told.
inline Quantization constant_of_sum(const BroadcastAdd& p, float first_scale) {
  if (p.first_scale.multiplier == 0) return {};
  const double ratio = std::ldexp(static_cast<double>(p.second_scale.multiplier) / p.first_scale.multiplier,
                                  p.second_scale.shift - p.first_scale.shift);
  return {static_cast<float>(ratio * static_cast<double>(first_scale)), p.second_scale.zero_point};
}

inline Quantization constant_of_product(const Mul& p, float first_scale, float out_scale) {
  const double ratio = std::ldexp(static_cast<double>(p.multiplier), p.shift - 31);
  return {static_cast<float>(ratio * static_cast<double>(out_scale) / static_cast<double>(first_scale)),
          p.second_zero_point};
}

// The kernels' positions between two elements are steps of 1 / ResizeBilinear::one: where the exact ones are
// none of those, the results drift away from XNNPACK's.
inline bool exact_positions(const ResizeBilinear& p, std::int32_t in_size, std::int32_t out_size) {
  const bool corners = p.align_corners && out_size > 1;
  const std::int32_t from = ResizeBilinear::one * (corners ? in_size - 1 : in_size);
  const std::int32_t to = corners ? out_size - 1 : out_size;
  return from % to == 0 && (!p.half_pixel_centers || from / to % 2 == 0);
}

struct MeaningSupported {
  const Network& network;
  const NetworkStage& stage;

  const TensorInfo& in(std::size_t i = 0) const { return tensor(stage.inputs[i]); }
  const TensorInfo& out() const { return tensor(stage.output); }
  const TensorInfo& tensor(std::int32_t index) const {
    return network.tensors[static_cast<std::size_t>(index)];
  }

  bool operator()(std::monostate) const { return false; }
  bool operator()(const Conv2d& p) const { return size_agrees(p.in, p.out, p.window); }
  bool operator()(const DepthwiseConv2d& p) const { return size_agrees(p.in, p.out, p.window); }
  bool operator()(const FullyConnected& /*p*/) const { return true; }
  bool operator()(const Add&) const { return in(0).shape == out().shape && in(1).shape == out().shape; }
  bool operator()(const AveragePool2d& p) const { return covers_input(p) && same_quantization(in(), out()); }
  bool operator()(const MaxPool2d& p) const {
    const bool larger_than_one = p.window.height * p.window.width > 1;
    const bool no_gaps = p.window.stride_height <= p.window.height && p.window.stride_width <= p.window.width;
    return larger_than_one && no_gaps && size_agrees(p.in, p.out, p.window) && same_quantization(in(), out());
  }
  bool operator()(const Mean& p) const {
    const bool whole_plane = (p.over_height || p.in.height == 1) && (p.over_width || p.in.width == 1);
    return whole_plane && !p.over_channels;
  }
  bool operator()(const Pad& p) const {
    return p.value == out().zero_point && same_quantization(in(), out());
  }
  bool operator()(const Reshape&) const { return same_quantization(in(), out()); }
  bool operator()(const TransposeConv& p) const {
    const Window& w = p.window;
    const auto fits = [](std::int32_t in, std::int32_t out, std::int32_t taps, std::int32_t stride,
                         std::int32_t before) {
      const TransposedFit fit = transposed_fit(in, out, taps, stride, before);
      return before >= 0 && before < taps && fit.cut < taps && fit.added < stride;
    };
    return fits(p.in.height, p.out.height, w.height, w.stride_height, w.pad_top) &&
           fits(p.in.width, p.out.width, w.width, w.stride_width, w.pad_left);
  }
  bool operator()(const BroadcastAdd& p) const {
    return !(p.negate_first && p.negate_second) &&
           (stage.constant == nullptr || constant_of_sum(p, in().scale).scale > 0.0F);
  }
  bool operator()(const Mul& p) const {
    return stage.constant == nullptr || constant_of_product(p, in().scale, out().scale).scale > 0.0F;
  }
  bool operator()(const Requantize&) const { return same_quantization(in(), out()); }
  bool operator()(const ResizeBilinear& p) const {
    return exact_positions(p, p.in.height, p.out.height) && exact_positions(p, p.in.width, p.out.width) &&
           same_quantization(in(), out());
  }
};

inline bool meaning_supported(const Network& network, const NetworkStage& stage) {
  const MeaningSupported check{network, stage};
  if (check.out().type != DataType::s8) return false;
  for (const std::int32_t input : stage.inputs) {
    if (check.tensor(input).type != DataType::s8) return false;
  }
  return std::visit(check, stage.op);
}

}  // namespace coinfer::kernels::xnnpack
