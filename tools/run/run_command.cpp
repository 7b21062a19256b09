// SPDX-License-Identifier: Apache-2.0
#include "run/run_command.hpp"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "client/edge_client.hpp"
#include "client/edge_options.hpp"
#include "files/files.hpp"
#include "graph/split.hpp"
#include "graph/split_table_file.hpp"
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
  std::filesystem::path table;
  std::filesystem::path report;
  std::uint32_t period_us = 0;
  std::string split;
  int exit = -1;
  client::EdgeOptions edge;
};

// One line of the report.
std::string report_line(const client::EdgeClient& client, bool by_table) {
  const Answer& a = client.answer();
  nlohmann::json line = {{"split", a.split},
                         {"exit", a.exit},
                         {"place", to_string(a.place)},
                         {"cause", to_string(a.cause)},
                         {"late", a.late},
                         {"bytes_sent", a.bytes.sent},
                         {"bytes_received", a.bytes.received},
                         {"us",
                          {{"head", a.times.head_us},
                           {"link", a.times.link_us},
                           {"send", a.times.send_us},
                           {"wait", a.times.wait_us},
                           {"queue", a.times.queue_us},
                           {"tail", a.times.tail_us},
                           {"local", a.times.local_us},
                           {"total", a.times.total_us}}}};
  if (by_table) {
    const Conditions& now = client.conditions();
    line["expected_us"] = client.expected_us();
    line["estimate"] = {{"bits_per_second", 8e9 * 256 / now.byte_time_q8},
                        {"round_trip_us", now.round_trip_us},
                        {"wait_us", now.wait_us},
                        {"load", now.load_q10 / 1024.0}};
  }
  return line.dump() + "\n";
}

struct Results {
  std::string outputs;
  std::string report;
};

// Runs all records with the tail at an edge peer. What it could not answer is finished here, and said.
Results run_with_edge(const graph::Graph& graph, const Options& options, const Records& records, int split,
                      int exit) {
  const bool by_table = !options.table.empty();
  const auto slot = std::make_unique<graph::TableSlot>();
  if (by_table) graph::read_table(options.table, graph, *slot);
  const auto kernels =
      options.kernels == tail::Kernels::reference ? graph::KernelSet::reference : graph::KernelSet::portable;
  client::EdgeClient client(graph, kernels, options.edge);
  if (by_table) client.follow(slot->table(), slot->start());
  Results results;
  std::uint64_t sent = 0, received = 0, total_us = 0;
  for (std::size_t i = 0; i < records.count(); ++i) {
    if (i != 0) client.idle(options.period_us);
    const std::vector<std::uint8_t> answer =
        by_table ? client.infer(records[i]) : client.infer(records[i], split, exit);
    results.outputs.append(answer.begin(), answer.end());
    results.report += report_line(client, by_table);
    sent += client.answer().bytes.sent;
    received += client.answer().bytes.received;
    total_us += client.answer().times.total_us;
  }
  const SessionStatistics statistics = client.statistics();
  const std::size_t count = records.count() == 0 ? 1 : records.count();
  std::cout << "edge peer: " << statistics.answers[0] << " of " << records.count() << " answers, "
            << sent / count << " B up and " << received / count << " B down per record, " << total_us / count
            << " us per record\n";
  for (int cause = 1; cause < cause_count; ++cause) {
    if (statistics.answers[cause] == 0) continue;
    std::cout << "finished here: " << statistics.answers[cause] << " ("
              << to_string(static_cast<Cause>(cause)) << ")\n";
  }
  if (statistics.late != 0) std::cout << "late: " << statistics.late << "\n";
  return results;
}

std::string run_here(const graph::Graph& graph, const Options& options, const Records& records, int split,
                     int exit) {
  Inference inference(graph, options.kernels, split, exit);
  std::string outputs;
  for (std::size_t i = 0; i < records.count(); ++i) {
    const std::vector<std::uint8_t> answer = inference.infer(records[i]);
    outputs.append(answer.begin(), answer.end());
  }
  if (split > 0) std::cout << inference.feature_bytes() << " B cross at split " << split << "\n";
  return outputs;
}

void check(const Options& options) {
  client::check(options.edge);
  if (!options.edge.address.empty()) return;
  if (!options.table.empty()) throw std::invalid_argument("--table is for an edge peer: give --edge");
  if (!options.report.empty()) throw std::invalid_argument("--report is for an edge peer: give --edge");
}

void run(const Options& options) {
  check(options);
  const graph::Graph graph = options.model.load();
  const int exit = exit_number(graph, options.exit);
  const int split =
      options.split.empty() ? graph::least_split(graph) : graph::parse_split(graph, options.split);
  const Records records(graph, options.input);
  std::vector<files::Output> files(1);
  files[0].path = options.output;
  if (options.edge.address.empty()) {
    files[0].text = run_here(graph, options, records, split, exit);
  } else {
    Results results = run_with_edge(graph, options, records, split, exit);
    files[0].text = std::move(results.outputs);
    if (!options.report.empty()) files.push_back({options.report, std::move(results.report)});
  }
  const std::size_t bytes = files[0].text.size();
  files::write(files);
  std::cout << records.count() << " records, " << bytes << " B, to " << options.output.string() << "\n";
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
      "With --edge the tail runs at 'coinfer serve'; what it cannot answer is finished here and reported.\n"
      "Examples:\n"
      "  coinfer run kws.tflite --input features.bin --output scores.bin\n"
      "  coinfer run kws.tflite --input features.bin --output scores.bin --split 4 --kernels xnnpack\n"
      "  coinfer run kws.tflite --input features.bin --output scores.bin --split 4 --edge 192.0.2.7:4433 "
      "--cert device.pem --key device.key.pem --ca ca.pem");
  add_model_options(*command, options->model);
  add_kernels_option(*command, options->kernels);
  command->add_option("--input", options->input, "Raw input records")->required();
  command->add_option("--output", options->output, "File for the raw outputs")->required();
  command->add_option("--exit", options->exit, "Exit whose outputs are wanted (default: the last)");
  CLI::Option* split = command->add_option(
      "--split", options->split,
      "Split point: its number, or the name of the tensor after which to cut (default: the least)");
  client::add_edge_options(*command, options->edge);
  command
      ->add_option("--table", options->table,
                   "With --edge: split and exit as this table says for the present conditions")
      ->excludes(split);
  command->add_option("--report", options->report,
                      "With --edge: what each record took, one JSON object a line");
  command
      ->add_option("--period-us", options->period_us,
                   "With --edge: pause between two records (default: none)")
      ->check(CLI::Range(0U, 3'600'000'000U));
  command->callback([options] { run(*options); });
}

}  // namespace coinfer::run
