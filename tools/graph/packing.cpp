// SPDX-License-Identifier: Apache-2.0
#include "graph/packing.hpp"

#include <variant>

#include "coinfer/layouts/dsp.hpp"
#include "coinfer/layouts/helium.hpp"
#include "coinfer/layouts/pack.hpp"
#include "coinfer_kernels/cortex_m.hpp"
#include "coinfer_kernels/portable.hpp"

namespace coinfer::graph {
namespace {

// Calls visit(layout) with the packed layout's type, layout::Dsp or layout::Helium; TensorFlow's packs
// nothing.
template <class Visit>
void with_packed_layout(WeightLayout layout, const Visit& visit) {
  switch (layout) {
    case WeightLayout::tensorflow:
      break;
    case WeightLayout::dsp:
      visit(layout::Dsp());
      break;
    case WeightLayout::helium:
      visit(layout::Helium());
      break;
  }
}

// Calls visit(layout, params) if the layout packs the stage's filter.
template <class Visit>
void with_packed_filter(const Stage& stage, WeightLayout layout, const Visit& visit) {
  if (stage.weights.four_bits || !stage.weights.wide_bias.empty()) return;
  with_packed_layout(layout, [&](auto packed) {
    std::visit(
        [&](const auto& params) {
          if constexpr (requires { packed.filter_bytes(params); }) visit(packed, params);
        },
        stage.op);
  });
}

}  // namespace

DepthwiseOrder depthwise_order(WeightLayout layout) {
  switch (layout) {
    case WeightLayout::tensorflow:
      break;
    case WeightLayout::dsp:
      return kernels::CortexMDsp::depthwise_order;
    case WeightLayout::helium:
      return kernels::CortexMHelium::depthwise_order;
  }
  return kernels::Portable::depthwise_order;
}

const char* layout_name(WeightLayout layout) {
  switch (layout) {
    case WeightLayout::tensorflow:
      return "TensorFlow";
    case WeightLayout::dsp:
      return "Dsp";
    case WeightLayout::helium:
      return "Helium";
  }
  return "";
}

bool packs(const Stage& stage, WeightLayout layout) {
  bool found = false;
  with_packed_filter(stage, layout, [&](auto /*packed*/, const auto& /*params*/) { found = true; });
  return found;
}

PackedConstants pack(const Stage& stage, WeightLayout layout) {
  PackedConstants constants;
  with_packed_filter(stage, layout, [&](auto packed, const auto& params) {
    const ChannelWeights weights = view(stage.weights);
    constants.channels.resize(static_cast<std::size_t>(params.out.channels));
    constants.filter.resize(static_cast<std::size_t>(packed.filter_bytes(params)));
    constants.narrow = packed.narrow(params, weights);
    layout::pack<decltype(packed)>(params, weights, constants.channels.data(), constants.filter.data());
  });
  return constants;
}

ChannelWeights view(const Weights& weights) {
  return {weights.filter.data(), weights.bias.empty() ? nullptr : weights.bias.data(),
          weights.multiplier.data(), weights.shift.data()};
}

std::int64_t weight_bytes(const Stage& stage, WeightLayout layout) {
  std::int64_t bytes = 0;
  with_packed_filter(stage, layout, [&](auto packed, const auto& params) {
    bytes = packed.filter_bytes(params) + params.out.channels * std::int64_t{sizeof(ChannelRecord)};
  });
  if (bytes != 0) return bytes;
  const Weights& w = stage.weights;
  const std::size_t filter = w.four_bits ? (w.filter.size() + 1) / 2 : w.filter.size();
  return static_cast<std::int64_t>(stage.constants.size() + filter + w.shift.size() +
                                   sizeof(std::int32_t) * (w.bias.size() + w.multiplier.size()) +
                                   sizeof(std::int64_t) * w.wide_bias.size() +
                                   sizeof(std::int16_t) * w.time.size());
}

}  // namespace coinfer::graph
