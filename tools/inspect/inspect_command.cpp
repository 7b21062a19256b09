// SPDX-License-Identifier: Apache-2.0
#include "inspect/inspect_command.hpp"

#include <iostream>
#include <memory>

#include "graph/report.hpp"
#include "run/model_options.hpp"

namespace coinfer::inspect {
namespace {

struct Options {
  run::ModelOptions model;
  bool json = false;
};

void inspect(const Options& options) {
  const graph::Graph graph = options.model.load();
  const graph::Report report = graph::make_report(graph, graph::plan_arena(graph));
  std::cout << (options.json ? graph::report_json(report) : graph::report_text(report));
}

}  // namespace

void add_inspect_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("inspect", "Report stages, sizes and split points of a network; writes nothing");
  command->footer(
      "Examples:\n"
      "  coinfer inspect kws.tflite\n"
      "  coinfer inspect signs.tflite --exits 'exit0;exit1;final' --json");
  run::add_model_options(*command, options->model);
  command->add_flag("--json", options->json, "Print the report as JSON");
  command->callback([options] { inspect(*options); });
}

}  // namespace coinfer::inspect
