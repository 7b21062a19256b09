// SPDX-License-Identifier: Apache-2.0
#include "run/run_command.hpp"

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "files/files.hpp"
#include "graph/split.hpp"
#include "run/inference.hpp"
#include "run/model_options.hpp"
#include "run/records.hpp"

namespace coinfer::run {
namespace {

struct Options {
  ModelOptions model;
  tail::Kernels kernels = tail::Kernels::portable;
  std::filesystem::path input;
  std::filesystem::path output;
  std::string split = "0";
  int exit = -1;
};

void run(const Options& options) {
  const graph::Graph graph = options.model.load();
  const int exit = exit_number(graph, options.exit);
  const int split = graph::parse_split(graph, options.split);
  const Records records(graph, options.input);
  Inference inference(graph, options.kernels, split, exit);
  std::string outputs;
  for (std::size_t i = 0; i < records.count(); ++i) {
    const std::vector<std::uint8_t> answer = inference.infer(records[i]);
    outputs.append(answer.begin(), answer.end());
  }
  files::write({{options.output, std::move(outputs)}});
  std::cout << records.count() << " records, " << graph::output_record_bytes(graph, exit) << " B each, to "
            << options.output.string();
  if (split > 0) std::cout << "; " << inference.feature_bytes() << " B cross at split " << split;
  std::cout << "\n";
}

}  // namespace

void add_run_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("run", "Run a network on raw input records and write its raw outputs");
  command->footer(
      "A record is the network's inputs as bytes, one after the other in graph order; a file holds any "
      "number.\n"
      "Outputs are written the same way. With --split, head and tail run apart and only the tensors that\n"
      "cross are handed over (with --kernels xnnpack the head runs on the portable kernels, as on a "
      "device).\n"
      "Examples:\n"
      "  coinfer run kws.tflite --input features.bin --output scores.bin\n"
      "  coinfer run kws.tflite --input features.bin --output scores.bin --split 4 --kernels xnnpack");
  add_model_options(*command, options->model);
  add_kernels_option(*command, options->kernels);
  command->add_option("--input", options->input, "Raw input records")->required();
  command->add_option("--output", options->output, "File for the raw outputs")->required();
  command->add_option("--exit", options->exit, "Exit whose outputs are wanted (default: the last)");
  command->add_option("--split", options->split,
                      "Split point: its number, or the name of the tensor after which to cut (default: 0)");
  command->callback([options] { run(*options); });
}

}  // namespace coinfer::run
