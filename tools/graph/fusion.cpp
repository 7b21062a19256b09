// SPDX-License-Identifier: Apache-2.0
#include "graph/fusion.hpp"

#include <algorithm>
#include <optional>

#include "coinfer/stages/stage.hpp"

namespace coinfer::graph {
namespace {

// `op` reading the input of `pad` instead of its output; none where that is another function.
template <class Op>
std::optional<Op> padded(Op op, const Pad& pad) {
  op.in = pad.in;
  op.window.pad_top += pad.top;
  op.window.pad_left += pad.left;
  if (!window_fits(op.in, op.out, op.window)) return std::nullopt;
  return op;
}

struct Fused {
  const Pad& pad;

  std::optional<Operator> operator()(const Conv2d& op) const { return convolution(op); }
  std::optional<Operator> operator()(const DepthwiseConv2d& op) const { return convolution(op); }
  std::optional<Operator> operator()(const MaxPool2d& op) const {
    if (pad.value > -128 && pad.value > op.clamp.min) return std::nullopt;
    return padded(op, pad);
  }
  template <class Op>
  std::optional<Operator> operator()(const Op& /*other*/) const {
    return std::nullopt;
  }

  template <class Op>
  std::optional<Operator> convolution(const Op& op) const {
    if (pad.value != op.in_zero_point) return std::nullopt;
    return padded(op, pad);
  }
};

bool reads(const Stage& stage, std::int32_t tensor) {
  return std::ranges::find(stage.inputs, tensor) != stage.inputs.end();
}

}  // namespace

std::vector<FusedPad> fuse_padding(std::vector<Stage>& stages, std::span<const std::int32_t> outputs) {
  std::vector<FusedPad> report;
  for (std::size_t s = 0; s < stages.size();) {
    const Stage stage = stages[s];
    const auto* pad = std::get_if<Pad>(&stage.op);
    const bool output = std::ranges::find(outputs, stage.output) != outputs.end();
    std::vector<std::pair<Stage*, Operator>> readers;
    bool all = pad != nullptr && !output && pad->in.channels == pad->out.channels;
    for (std::size_t later = s + 1; all && later < stages.size(); ++later) {
      if (!reads(stages[later], stage.output)) continue;
      const std::optional<Operator> fused = std::visit(Fused{*pad}, stages[later].op);
      all = fused.has_value();
      if (all) readers.emplace_back(&stages[later], *fused);
    }
    if (!all || readers.empty()) {
      ++s;
      continue;
    }
    for (auto& [reader, fused] : readers) {
      report.push_back({stage.name, reader->name});
      reader->op = std::move(fused);
      reader->inputs = stage.inputs;
    }
    stages.erase(stages.begin() + static_cast<std::ptrdiff_t>(s));
  }
  return report;
}

}  // namespace coinfer::graph
