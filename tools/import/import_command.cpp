// SPDX-License-Identifier: Apache-2.0
#include "import/import_command.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "files/files.hpp"
#include "graph/arena.hpp"
#include "graph/tflite_loader.hpp"
#include "import/generator.hpp"
#include "import/names.hpp"

namespace coinfer::import {
namespace {

struct Options {
  std::filesystem::path model;
  std::filesystem::path output;
  std::filesystem::path golden;
  std::string name;
  std::string exits;
  graph::RoundingRule rounding = graph::RoundingRule::double_rounding;
  bool json = false;
  bool quiet = false;
};

void run(const Options& options) {
  const graph::Graph graph = graph::load_tflite_file(options.model, {"", options.rounding, options.exits});
  const std::string ns = namespace_name(options.name.empty() ? graph.name : options.name);
  const graph::ArenaPlan arena = graph::plan_arena(graph);

  std::vector<GeneratedFile> generated = generate(graph, arena, ns);
  std::vector<files::Output> outputs;
  for (GeneratedFile& file : generated) outputs.push_back({options.output / file.name, std::move(file.text)});
  files::write(outputs);
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
  command->add_option("model", options->model, "Full-integer .tflite file")->required();
  command->add_option("-o,--output", options->output, "Folder for the generated files")->required();
  command->add_option("--name", options->name,
                      "C++ namespace and prefix of the files (default: the file's name)");
  command->add_option("--exits", options->exits, "Groups of outputs by depth, 'a;b;c,d' (default: one exit)");
  command
      ->add_option("--rounding", options->rounding,
                   "double: as TensorFlow Lite Micro; single: fewer instructions, nearest to XNNPACK")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, graph::RoundingRule>{{"double", graph::RoundingRule::double_rounding},
                                                     {"single", graph::RoundingRule::single_rounding}}));
  command->add_flag("-q,--quiet", options->quiet, "No report");
  command->callback([options] { run(*options); });
}

}  // namespace coinfer::import
