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

// Calls visit(params) for the stages whose filter the layout packs.
template <class Layout, class Visit>
void visit_filter(const Operator& op, const Visit& visit) {
  std::visit(
      [&](const auto& params) {
        if constexpr (requires { Layout::filter_bytes(params); }) visit(params);
      },
      op);
}

template <class Layout>
bool packs_operator(const Operator& op) {
  bool found = false;
  visit_filter<Layout>(op, [&](const auto& /*params*/) { found = true; });
  return found;
}

template <class Layout>
PackedConstants packed(const Stage& stage) {
  PackedConstants constants;
  visit_filter<Layout>(stage.op, [&](const auto& params) {
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
  visit_filter<Layout>(stage.op, [&](const auto& params) {
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

bool packs(const Stage& stage, WeightLayout layout) {
  if (stage.weights.four_bits || !stage.weights.wide_bias.empty()) return false;
  switch (layout) {
    case WeightLayout::tensorflow:
      break;
    case WeightLayout::dsp:
      return packs_operator<layout::Dsp>(stage.op);
    case WeightLayout::helium:
      return packs_operator<layout::Helium>(stage.op);
  }
  return false;
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
  if (packs(stage, layout)) {
    switch (layout) {
      case WeightLayout::tensorflow:
        break;
      case WeightLayout::dsp:
        return packed_bytes<layout::Dsp>(stage);
      case WeightLayout::helium:
        return packed_bytes<layout::Helium>(stage);
    }
  }
  const Weights& w = stage.weights;
  const std::size_t filter = w.four_bits ? (w.filter.size() + 1) / 2 : w.filter.size();
  return static_cast<std::int64_t>(stage.constants.size() + filter + w.shift.size() +
                                   sizeof(std::int32_t) * (w.bias.size() + w.multiplier.size()) +
                                   sizeof(std::int64_t) * w.wide_bias.size() +
                                   sizeof(std::int16_t) * w.time.size());
}

}  // namespace coinfer::graph
