// SPDX-License-Identifier: Apache-2.0
#include "import/weights_writer.hpp"

#include "import/text.hpp"

namespace coinfer::import {
namespace {

// A stage without bias gets zeros, so that every weights object has one form.
std::vector<std::int32_t> bias_of(const graph::Graph& graph, const graph::Stage& stage) {
  if (!stage.weights.bias.empty()) return stage.weights.bias;
  return std::vector<std::int32_t>(
      static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(stage.output)].shape.channels), 0);
}

template <class T>
std::string array(const char* name, const std::vector<T>& values) {
  return std::string("  {  // ") + name + "\n" + number_list<T>(values, "    ") + "  },\n";
}

// Two values a byte, the first in the lower half.
std::vector<std::int8_t> nibbles(const std::vector<std::int8_t>& values) {
  std::vector<std::int8_t> bytes((values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    bytes[i / 2] = static_cast<std::int8_t>(bytes[i / 2] | ((values[i] & 15) << (i % 2 * 4)));
  }
  return bytes;
}

WeightsText tensorflow_text(const graph::Graph& graph, const graph::Stage& stage) {
  const graph::Weights& w = stage.weights;
  const bool wide = !w.wide_bias.empty();
  const std::vector<std::int8_t> filter = w.four_bits ? nibbles(w.filter) : w.filter;
  const std::vector<std::int32_t> bias = bias_of(graph, stage);
  const char* type = wide ? "WideStageWeights" : (w.four_bits ? "NibbleStageWeights" : "StageWeights");
  return {std::string("coinfer::") + type + "<" + std::to_string(filter.size()) + ", " +
              std::to_string(bias.size()) + ", " + std::to_string(w.multiplier.size()) + ">",
          (wide ? array("bias", w.wide_bias) : array("bias", bias)) + array("multiplier", w.multiplier) +
              array("shift", w.shift) + array("filter", filter)};
}

WeightsText svdf_text(const graph::Weights& w) {
  return {"coinfer::SvdfStageWeights<" + std::to_string(w.filter.size()) + ", " +
              std::to_string(w.time.size()) + ", " + std::to_string(w.bias.size()) + ">",
          array("bias", w.bias) + array("time", w.time) + array("feature", w.filter)};
}

WeightsText lstm_text(const UnidirectionalSequenceLstm& p, const graph::Weights& w) {
  const auto halves = [](const auto& values, std::int32_t first) {
    return std::pair(std::vector(values.begin(), values.begin() + first),
                     std::vector(values.begin() + first, values.end()));
  };
  const auto [input, recurrent] = halves(w.filter, p.input_weights());
  const auto [input_bias, recurrent_bias] = halves(w.bias, p.gate_count * p.units());
  return {"coinfer::LstmStageWeights<" + std::to_string(input.size()) + ", " +
              std::to_string(recurrent.size()) + ", " + std::to_string(input_bias.size()) + ">",
          array("input_bias", input_bias) + array("recurrent_bias", recurrent_bias) + array("input", input) +
              array("recurrent", recurrent)};
}

WeightsText packed_text(const graph::Stage& stage, graph::WeightLayout layout) {
  const graph::PackedConstants constants = graph::pack(stage, layout);
  std::string channels = "  {  // channels: bias, multiplier, shift\n";
  for (const ChannelRecord& c : constants.channels) {
    channels += "    {" + std::to_string(c.bias) + ", " + std::to_string(c.multiplier) + ", " +
                std::to_string(c.shift) + "},\n";
  }
  return {std::string("coinfer::PackedStageWeights<coinfer::layout::") + layout_name(layout) + ", " +
              std::to_string(constants.filter.size()) + ", " + std::to_string(constants.channels.size()) +
              ", " + (constants.narrow ? "true" : "false") + ">",
          channels + "  },\n" + array("filter", constants.filter)};
}

}  // namespace

bool has_constants(const graph::Stage& stage) {
  return !stage.weights.filter.empty() || !stage.constants.empty();
}

WeightsText weights_text(const graph::Graph& graph, const graph::Stage& stage, graph::WeightLayout layout) {
  if (!stage.constants.empty()) {
    return {"coinfer::StageConstants<" + std::to_string(stage.constants.size()) + ">",
            array("values", stage.constants)};
  }
  if (std::holds_alternative<Svdf>(stage.op)) return svdf_text(stage.weights);
  if (const auto* lstm = std::get_if<UnidirectionalSequenceLstm>(&stage.op))
    return lstm_text(*lstm, stage.weights);
  return graph::packs(stage, layout) ? packed_text(stage, layout) : tensorflow_text(graph, stage);
}

}  // namespace coinfer::import
