// SPDX-License-Identifier: Apache-2.0
#include "import/import_command.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "files/files.hpp"
#include "graph/arena.hpp"
#include "graph/executor.hpp"
#include "graph/report.hpp"
#include "graph/split.hpp"
#include "import/generator.hpp"
#include "import/names.hpp"
#include "run/model_options.hpp"

namespace coinfer::import {
namespace {

struct Options {
  run::ModelOptions model;
  std::filesystem::path output;
  std::filesystem::path golden;
  std::string name;
  graph::WeightLayout layout = graph::WeightLayout::tensorflow;
  DepthwiseOrder depthwise_order = DepthwiseOrder::rows;
  CLI::Option* depthwise_order_given = nullptr;
  bool json = false;
  bool quiet = false;
};

// The first record of a raw input file, and what the reference kernels answer to it.
GeneratedFile golden(const graph::Graph& graph, const std::string& ns, const std::filesystem::path& path) {
  std::vector<std::uint8_t> input = files::read(path);
  const auto record_bytes = static_cast<std::size_t>(graph::input_record_bytes(graph));
  if (input.size() < record_bytes) {
    throw files::FileError(path.string() + ": has " + std::to_string(input.size()) +
                           " bytes; one record of '" + graph.name + "' has " + std::to_string(record_bytes));
  }
  input.resize(record_bytes);
  graph::Executor executor(graph, graph::KernelSet::reference);
  graph::load_record(executor, graph, input);
  std::vector<std::uint8_t> output;
  for (int stage = 0; stage < graph::stage_count(graph); ++stage) executor.run_stage(stage);
  for (const std::int32_t tensor : graph.outputs) {
    const std::span<const std::uint8_t> bytes = std::as_const(executor).tensor(tensor);
    for (const std::uint8_t byte : bytes) output.push_back(byte);
  }
  return generate_golden(graph, ns, input, output);
}

void run(const Options& options) {
  const graph::Graph graph = options.model.load();
  const std::string ns = namespace_name(options.name.empty() ? graph.name : options.name);
  graph::ArenaOptions memory;
  memory.depthwise_order = options.depthwise_order_given->count() > 0
                               ? options.depthwise_order
                               : graph::depthwise_order(options.layout);
  const graph::ArenaPlan arena = graph::plan_arena(graph, memory);

  std::vector<GeneratedFile> generated = generate(graph, arena, options.layout, ns);
  if (!options.golden.empty()) generated.push_back(golden(graph, ns, options.golden));
  std::vector<files::Output> outputs;
  for (GeneratedFile& file : generated) outputs.push_back({options.output / file.name, std::move(file.text)});
  files::write(outputs);

  const graph::Report report = graph::make_report(graph, arena, options.layout);
  if (options.json) {
    std::cout << graph::report_json(report) << "\n";
  } else if (!options.quiet) {
    std::cout << graph::report_text(report);
    for (const files::Output& output : outputs) std::cout << "wrote " << output.path.string() << "\n";
  }
}

}  // namespace

void add_import_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("import", "Turn an int8 .tflite model into C++ headers for a device");
  command->footer(
      "Writes NAME_model.hpp (the network as a type), NAME_weights.hpp and NAME_weights.cpp (compile this "
      "one once).\n"
      "Example: coinfer import kws.tflite -o firmware/model --rounding double");
  run::add_model_options(*command, options->model);
  command->add_option("-o,--output", options->output, "Folder for the generated files")->required();
  command->add_option("--name", options->name,
                      "C++ namespace and prefix of the files (default: the file's name)");
  run::add_choice<graph::WeightLayout>(
      *command, "--layout", options->layout,
      {{"tensorflow", graph::WeightLayout::tensorflow},
       {"dsp", graph::WeightLayout::dsp},
       {"helium", graph::WeightLayout::helium}},
      "Order of the weights: tensorflow (default, any kernel set); dsp: for Cortex-M4, M7, M33; helium: for "
      "Cortex-M55, M85");
  options->depthwise_order_given = run::add_choice<DepthwiseOrder>(
      *command, "--depthwise-order", options->depthwise_order,
      {{"rows", DepthwiseOrder::rows}, {"channels", DepthwiseOrder::channels}},
      "How the kernels compute depthwise stages, which decides what may overlap in the arena "
      "(default: as the fastest kernels for the layout do)");
  command->add_option("--golden", options->golden,
                      "Raw input record: also writes NAME_golden.hpp with it and the expected outputs, for "
                      "tests on the device");
  command->add_flag("--json", options->json, "Report as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No report");
  command->callback([options] { run(*options); });
}

}  // namespace coinfer::import
