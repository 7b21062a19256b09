// SPDX-License-Identifier: Apache-2.0
#include "import/generator.hpp"

#include <map>

#include "coinfer/config.hpp"
#include "graph/operator_name.hpp"
#include "graph/split.hpp"
#include "graph/stage_cost.hpp"
#include "import/names.hpp"
#include "import/stage_writer.hpp"
#include "import/text.hpp"
#include "import/weights_writer.hpp"

namespace coinfer::import {
namespace {

using graph::Graph;
using graph::Stage;

const char* type_literal(DataType type) {
  switch (type) {
    case DataType::s8:
      return "s8";
    case DataType::u8:
      return "u8";
    case DataType::s16:
      return "s16";
    case DataType::s32:
      return "s32";
    case DataType::f32:
      return "f32";
  }
  return "";
}

// What every part of the text refers to by name.
struct Names {
  std::map<std::int32_t, std::string> tensor;  // by index into Graph::tensors
  std::vector<StageText> stages;
};

Names name_everything(const Graph& graph) {
  Names names;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    names.tensor[graph.inputs[i]] = input_name(i);
  }
  const std::vector<std::string> types = stage_names(graph);
  std::int32_t state_offset = 0;
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    const Stage& stage = graph.stages[s];
    StageText text;
    text.type = types[s];
    text.variable = variable_name(types[s]);
    for (const std::int32_t input : stage.inputs) text.inputs.push_back(names.tensor.at(input));
    names.tensor[stage.output] = text.variable;
    text.comment = "stage " + std::to_string(s) + ": " + graph::operator_name(stage.op) + " " +
                   shape_text(graph.tensors[static_cast<std::size_t>(stage.inputs[0])].shape) + " -> " +
                   shape_text(graph.tensors[static_cast<std::size_t>(stage.output)].shape);
    if (const std::int64_t macs = graph::macs(stage); macs > 0) {
      text.comment +=
          ", " + std::to_string(macs) + " MACs, " + std::to_string(stage.weights.filter.size()) + " weights";
    }
    text.state_offset = state_offset;
    state_offset += (graph::state_bytes(stage) + 7) / 8 * 8;
    names.stages.push_back(text);
  }
  return names;
}

std::string tensor_table(const Graph& graph, const graph::ArenaPlan& arena, const Names& names) {
  std::string text =
      "// The tensors between the stages: number in the file, type, {height, width, channels}, scale, zero "
      "point,\n"
      "// place in the arena.\nnamespace tensors {\n";
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const graph::Tensor& t = graph.tensors[i];
    text += "inline constexpr coinfer::TensorInfo " + names.tensor.at(static_cast<std::int32_t>(i)) + " = {" +
            std::to_string(t.file_index) + ", coinfer::DataType::" + type_literal(t.type) + ", " +
            shape_literal(t.shape) + ", " + float_literal(t.scale) + ", " + std::to_string(t.zero_point) +
            ", " + std::to_string(arena.offsets[i]) + "};\n";
  }
  return text + "}  // namespace tensors\n\n";
}

std::string tensor_pointers(const std::vector<std::int32_t>& indices, const Names& names) {
  std::string text;
  for (const std::int32_t i : indices)
    text += (text.empty() ? "&tensors::" : ", &tensors::") + names.tensor.at(i);
  return "{" + text + "}";
}

std::string exits_of_outputs(const Graph& graph) {
  std::vector<std::size_t> exits(graph.outputs.size());
  for (std::size_t e = 0; e < graph.exits.size(); ++e) {
    for (const std::int32_t position : graph.exits[e]) exits[static_cast<std::size_t>(position)] = e;
  }
  std::string text;
  for (const std::size_t e : exits) text += (text.empty() ? "" : ", ") + std::to_string(e);
  return "{" + text + "}";
}

std::string model_struct(const Graph& graph, const graph::ArenaPlan& arena, const Names& names) {
  const char* rule = graph.rounding == graph::RoundingRule::double_rounding ? "Double" : "Single";
  std::string text = "struct Model {\n  static constexpr std::uint8_t identity[32] = {\n" +
                     number_list<std::uint8_t>(graph.identity, "      ") + "  };\n";
  text += std::string("  using Rounding = coinfer::rounding::") + rule + ";\n";
  text += "  using Layout = weights::Layout;\n  using Stages = coinfer::StageList<\n";
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    text += "      " + stage_template(graph.stages[s], names.stages[s]) +
            (s + 1 < graph.stages.size() ? ",\n" : ">;\n");
  }
  text += "  static constexpr const coinfer::TensorInfo* inputs[] = " + tensor_pointers(graph.inputs, names) +
          ";\n";
  text +=
      "  static constexpr const coinfer::TensorInfo* outputs[] = " + tensor_pointers(graph.outputs, names) +
      ";\n";
  text += "  static constexpr std::uint8_t exit_of_output[] = " + exits_of_outputs(graph) + ";\n";
  text += "  static constexpr std::int32_t arena_bytes = " + std::to_string(arena.bytes) + ";\n};\n\n";
  return text;
}

GeneratedFile model_header(const Graph& graph, const graph::ArenaPlan& arena, const std::string& ns,
                           const Names& names) {
  std::string text = banner(graph);
  // First of all: what other headers do not understand gives errors that nobody does.
  text +=
      "#include \"coinfer/config.hpp\"\n#if COINFER_MODEL_FORMAT != " + std::to_string(COINFER_MODEL_FORMAT) +
      "\n#error \"Import " + graph.name +
      ".tflite again: this header was made for another version of coinfer\"\n#endif\n\n";
  text += "#include \"" + ns + "_weights.hpp\"\n#include \"coinfer/stages.hpp\"\n\n";
  text += "namespace " + ns + " {\n\n" + tensor_table(graph, arena, names);
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    text += stage_struct(graph.stages[s], names.stages[s]) + "\n";
  }
  text += model_struct(graph, arena, names) + "}  // namespace " + ns + "\n";
  return {ns + "_model.hpp", text};
}

GeneratedFile weights_header(const Graph& graph, graph::WeightLayout layout, const std::string& ns,
                             const Names& names) {
  std::string text = banner(graph) + "#include \"coinfer/config.hpp\"\n#include \"coinfer/weights.hpp\"\n\n";
  text +=
      "namespace " + ns + "::weights {\n\nusing Layout = coinfer::layout::" + layout_name(layout) + ";\n\n";
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    if (!has_constants(graph.stages[s])) continue;
    text += "extern const " + weights_text(graph, graph.stages[s], layout).type + " " +
            names.stages[s].variable + ";\n";
  }
  return {ns + "_weights.hpp", text + "\n}  // namespace " + ns + "::weights\n"};
}

GeneratedFile weights_source(const Graph& graph, graph::WeightLayout layout, const std::string& ns,
                             const Names& names) {
  std::string text = banner(graph);
  text.erase(text.find("#pragma once"));
  text += "// clang-format off\n#include \"" + ns + "_weights.hpp\"\n\nnamespace " + ns + "::weights {\n\n";
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    if (!has_constants(graph.stages[s])) continue;
    const WeightsText weights = weights_text(graph, graph.stages[s], layout);
    text += "COINFER_WEIGHTS_SECTION const " + weights.type + " " + names.stages[s].variable + " = {\n" +
            weights.members + "};\n\n";
  }
  return {ns + "_weights.cpp", text + "}  // namespace " + ns + "::weights\n"};
}

}  // namespace

std::vector<GeneratedFile> generate(const Graph& graph, const graph::ArenaPlan& arena,
                                    graph::WeightLayout layout, const std::string& ns) {
  const Names names = name_everything(graph);
  return {model_header(graph, arena, ns, names), weights_header(graph, layout, ns, names),
          weights_source(graph, layout, ns, names)};
}

GeneratedFile generate_golden(const Graph& graph, const std::string& ns, std::span<const std::uint8_t> input,
                              std::span<const std::uint8_t> output) {
  const auto array = [](const char* name, std::span<const std::uint8_t> bytes) {
    return std::string("alignas(8) inline constexpr std::uint8_t ") + name + "[" +
           std::to_string(bytes.size()) + "] = {\n" + number_list<std::uint8_t>(bytes, "    ") + "};\n";
  };
  std::string text =
      banner(graph) + "// clang-format off\n#include <cstdint>\n\nnamespace " + ns + "::golden {\n\n";
  text +=
      "// One record: the network's inputs, and its outputs as the reference kernels compute them, both in "
      "graph order.\n";
  text += array("input", input) + "\n" + array("output", output) + "\n}  // namespace " + ns + "::golden\n";
  return {ns + "_golden.hpp", text};
}

}  // namespace coinfer::import
