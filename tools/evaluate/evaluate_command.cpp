// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluate_command.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "evaluate/evaluation.hpp"
#include "evaluate/labels.hpp"
#include "graph/identity.hpp"
#include "graph/split.hpp"
#include "run/model_options.hpp"

namespace coinfer::evaluate {
namespace {

struct Options {
  run::ModelOptions model;
  std::filesystem::path inputs;
  std::filesystem::path labels;
  std::string split;
  tail::Kernels compare = tail::Kernels::portable;
  Setup setup;
  bool json = false;
};

const char* rounding_name(const graph::Graph& graph) {
  return graph.rounding == graph::RoundingRule::double_rounding ? "double" : "single";
}

void print_text(const graph::Graph& graph, const Setup& setup, std::size_t records,
                const std::vector<ExitResult>& results) {
  std::printf("%s: %zu records, %s kernels, %s rounding\n", graph.name.c_str(), records,
              tail::to_string(setup.kernels), rounding_name(graph));
  const double count = static_cast<double>(records);
  for (const ExitResult& r : results) {
    if (setup.metric == Metric::auc) {
      std::printf("exit %d: AUC %.4f", r.exit, r.value);
    } else {
      std::printf("exit %d: top-1 %.2f%% (%zu right)", r.exit, 100.0 * r.value, r.right);
    }
    if (setup.other_kernels) {
      std::printf(", same answer as %s %.2f%%", tail::to_string(*setup.other_kernels),
                  100.0 * static_cast<double>(r.agreeing) / count);
    }
    std::printf(", %.3f ms each\n", r.ms_per_record);
  }
}

void print_json(const graph::Graph& graph, const Setup& setup, std::size_t records,
                const std::vector<ExitResult>& results) {
  const bool auc = setup.metric == Metric::auc;
  nlohmann::json json = {{"format", 1},
                         {"model", graph.name},
                         {"identity", graph::hexadecimal(graph.identity)},
                         {"kernels", tail::to_string(setup.kernels)},
                         {"rounding", rounding_name(graph)},
                         {"split", setup.split},
                         {"records", records},
                         {"metric", auc ? "auc" : "top1"},
                         {"exits", nlohmann::json::array()}};
  for (const ExitResult& r : results) {
    nlohmann::json exit = {{"exit", r.exit}, {"value", r.value}, {"ms_per_record", r.ms_per_record}};
    if (!auc) exit["right"] = r.right;
    if (setup.other_kernels)
      exit["agreeing"] = {{"kernels", tail::to_string(*setup.other_kernels)}, {"records", r.agreeing}};
    json["exits"].push_back(exit);
  }
  std::cout << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void run(const Options& options) {
  const graph::Graph graph = options.model.load();
  Setup setup = options.setup;
  setup.split = options.split.empty() ? graph::least_split(graph) : graph::parse_split(graph, options.split);
  check_metric(graph, setup.metric);
  if (setup.metric == Metric::auc && setup.other_kernels) {
    throw std::invalid_argument("--compare counts equal top-1 answers; it cannot go with --metric auc");
  }
  const run::Records records(graph, options.inputs);
  const std::vector<int> labels = read_labels(options.labels, records.count());
  const std::vector<ExitResult> results = evaluate(graph, records, labels, setup);
  (options.json ? print_json : print_text)(graph, setup, records.count(), results);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->setup.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App* command = app.add_subcommand("evaluate", "Accuracy of every exit on labelled records");
  command->footer(
      "Labels: a CSV file with a column 'label', one line per record in the records' order; for --metric "
      "auc\n"
      "0 is normal, anything else is not, and the score is the mean squared error of the reconstruction.\n"
      "Examples:\n"
      "  coinfer evaluate kws.tflite --inputs features.bin --labels labels.csv\n"
      "  coinfer evaluate kws.tflite --inputs features.bin --labels labels.csv --kernels xnnpack --compare "
      "portable");
  run::add_model_options(*command, options->model);
  run::add_kernels_option(*command, options->setup.kernels);
  command->add_option("--inputs", options->inputs, "Raw input records, as for 'coinfer run'")->required();
  command->add_option("--labels", options->labels, "CSV file with one label per record")->required();
  command->add_option("--split", options->split, "Cut there, as 'coinfer run' does (default: the least)");
  run::add_choice<Metric>(*command, "--metric", options->setup.metric,
                          {{"top1", Metric::top1}, {"auc", Metric::auc}},
                          "Right answers, or area under the ROC curve (default: top1)");
  const CLI::Option* compare = run::add_kernels_option(
      *command, options->compare, "--compare", "Also count the records that this kernel set answers alike");
  command
      ->add_option("--threads", options->setup.threads,
                   "Records computed at the same time (default: all cores)")
      ->check(CLI::Range(1U, 256U));
  command->add_flag("--json", options->json, "Print the result as JSON");
  command->callback([options, compare] {
    if (compare->count() > 0) options->setup.other_kernels = options->compare;
    run(*options);
  });
}

}  // namespace coinfer::evaluate
