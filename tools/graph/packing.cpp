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

// Calls visit(params) for the stages that have a filter.
template <class Visit>
void visit_filter(const Operator& op, const Visit& visit) {
  std::visit(
      [&](const auto& params) {
        if constexpr (requires { layout::TensorFlow::filter_bytes(params); }) visit(params);
      },
      op);
}

template <class Layout>
PackedConstants packed(const Stage& stage) {
  PackedConstants constants;
  visit_filter(stage.op, [&](const auto& params) {
    const ChannelWeights weights = view(stage.weights);
    constants.channels.resize(static_cast<std::size_t>(params.out.channels));
    constants.filter.resize(static_cast<std::size_t>(Layout::filter_bytes(params)));
    constants.narrow = Layout::narrow(params, weights);
    layout::pack<Layout>(params, weights, constants.channels.data(), constants.filter.data());
  });
  return constants;
}

template <class Layout>
std::int64_t packed_bytes(const Stage& stage) {
  std::int64_t bytes = 0;
  visit_filter(stage.op, [&](const auto& params) {
    bytes = Layout::filter_bytes(params) + params.out.channels * std::int64_t{sizeof(ChannelRecord)};
  });
  return bytes;
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

PackedConstants pack(const Stage& stage, WeightLayout layout) {
  switch (layout) {
    case WeightLayout::tensorflow:
      break;
    case WeightLayout::dsp:
      return packed<layout::Dsp>(stage);
    case WeightLayout::helium:
      return packed<layout::Helium>(stage);
  }
  return {};
}

ChannelWeights view(const Weights& weights) {
  return {weights.filter.data(), weights.bias.empty() ? nullptr : weights.bias.data(),
          weights.multiplier.data(), weights.shift.data()};
}

std::int64_t weight_bytes(const Stage& stage, WeightLayout layout) {
  const Weights& w = stage.weights;
  const auto constants = static_cast<std::int64_t>(stage.constants.size());
  switch (layout) {
    case WeightLayout::tensorflow:
      return constants +
             static_cast<std::int64_t>(w.filter.size() + w.shift.size() +
                                       sizeof(std::int32_t) * (w.bias.size() + w.multiplier.size()));
    case WeightLayout::dsp:
      return constants + packed_bytes<layout::Dsp>(stage);
    case WeightLayout::helium:
      return constants + packed_bytes<layout::Helium>(stage);
  }
  return 0;
}

}  // namespace coinfer::graph
