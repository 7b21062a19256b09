// SPDX-License-Identifier: Apache-2.0
#include "profile/profile_command.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "client/edge_options.hpp"
#include "files/files.hpp"
#include "graph/operator_name.hpp"
#include "profile/fit_command.hpp"
#include "profile/measure.hpp"
#include "run/model_options.hpp"

namespace coinfer::profile {
namespace {

enum class Side { both, device, edge };

struct Options {
  std::vector<std::filesystem::path> models;  // several for a fit only
  run::ModelOptions loading;
  std::filesystem::path output;
  std::vector<std::filesystem::path> fit;  // profiles to learn from
  std::filesystem::path predict;           // a fit
  bool json = false;
  Side side = Side::both;
  tail::Kernels device_kernels = tail::Kernels::portable;
  tail::Kernels edge_kernels = tail::Kernels::xnnpack;
  client::EdgeOptions edge;
  std::string machine = "this host";
  int repetitions = 30;
  bool quiet = false;
};

void print(const graph::Graph& graph, const Profile& profile) {
  if (profile.device) {
    double total = 0.0;
    for (const Measurement& stage : profile.device->stages) total += stage.median_us;
    std::printf("device: %s, %s kernels, %s%.1f us in all\n", profile.device->machine.c_str(),
                profile.device->kernels.c_str(), profile.device->predicted_mape ? "predicted, " : "", total);
    for (std::size_t s = 0; s < graph.stages.size(); ++s) {
      const Measurement& time = profile.device->stages[s];
      std::printf("%4zu  %-24s %10.1f us  (%.1f to %.1f)\n", s, graph::operator_name(graph.stages[s].op),
                  time.median_us, time.low_us, time.high_us);
    }
  }
  if (profile.edge) {
    for (std::size_t exit = 0; exit < profile.edge->tails.size(); ++exit) {
      const auto& tails = profile.edge->tails[exit];
      const auto first = std::ranges::find_if(tails, [](const auto& tail) { return tail.has_value(); });
      if (first == tails.end()) continue;
      std::printf("edge: %s, %s, longest tail of exit %zu %.1f us\n", profile.edge->machine.c_str(),
                  profile.edge->kernels.c_str(), exit, (*first)->median_us);
    }
  }
}

void measure(const Options& options, const graph::Graph& graph, Profile& profile) {
  const bool device = options.side != Side::edge;
  const bool edge = options.side != Side::device;
  run::Progress progress((device ? device_steps(graph) : 0) + (edge ? edge_steps(graph) : 0), "measurements");
  if (device) {
    profile.device = measure_device(graph, options.device_kernels, options.repetitions, progress);
    profile.device->machine = options.machine;
  }
  if (edge && !options.edge.address.empty()) {
    profile.edge = measure_edge(graph, options.edge, options.repetitions, progress);
    profile.edge->machine = options.edge.address;
  } else if (edge) {
    profile.edge = measure_tails(graph, options.edge_kernels, options.repetitions, progress);
    profile.edge->machine = options.machine;
  }
}

void profile_network(Options options) {
  if (options.models.size() > 1)
    throw std::invalid_argument(options.models[1].string() + ": one model at a time, but for --fit");
  options.loading.model = options.models[0];
  const graph::Graph graph = options.loading.load();
  Profile profile;
  // What another run has measured stays.
  if (std::filesystem::is_regular_file(options.output)) profile = read(options.output, graph);
  profile.network = network_of(graph);
  if (options.predict.empty()) {
    measure(options, graph, profile);
  } else {
    profile.device = predict_device(latency::read(options.predict), graph);
  }
  files::write({{options.output, to_json(profile)}});
  if (!options.quiet) print(graph, profile);
}

}  // namespace

void add_profile_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "profile", "Measure what each stage takes on the device and each tail on the edge peer");
  command->footer(
      "The output file is filled by several runs: each one replaces the side that it measures.\n"
      "Examples:\n"
      "  coinfer profile kws.tflite -o kws.profile.json                            both sides on this host\n"
      "  coinfer profile kws.tflite -o kws.profile.json --side device --machine rpi4     on an Arm Linux "
      "board\n"
      "  coinfer profile kws.tflite -o kws.profile.json --side edge --edge server:7460 --cert device.pem\n"
      "      --key device.key.pem --ca ca.pem                                      the tails of an edge "
      "peer\n"
      "  coinfer profile kws.tflite vww.tflite --fit kws.json vww.json -o rpi4.fit.json     learn from "
      "profiles\n"
      "  coinfer profile new.tflite --predict rpi4.fit.json -o new.profile.json      what it would take "
      "there");
  command->add_option("model", options->models, "Full-integer int8 .tflite file; with --fit, of each profile")
      ->required();
  run::add_loading_options(*command, options->loading);
  command
      ->add_option("-o,--output", options->output, "Profile to write or to complete, or fit to write; JSON")
      ->required();
  CLI::Option* const fit =
      command->add_option("--fit", options->fit,
                          "Learn from these profiles of one machine what its stages take; measure nothing");
  CLI::Option* const predict = command->add_option("--predict", options->predict,
                                                   "Device side from what --fit wrote, instead of measuring");
  fit->excludes(predict);
  command->add_flag("--json", options->json, "Print the errors of the fit as JSON")->needs(fit);
  // What only measuring takes.
  const auto measuring = [fit, predict](CLI::Option* option) {
    option->excludes(fit);
    option->excludes(predict);
    return option;
  };
  measuring(run::add_choice<Side>(*command, "--side", options->side,
                                  {{"both", Side::both}, {"device", Side::device}, {"edge", Side::edge}},
                                  "What to measure (default: both)"));
  measuring(run::add_kernels_option(*command, options->device_kernels, "--device-kernels",
                                    "Kernel set of the stages (default: portable)"));
  measuring(run::add_kernels_option(*command, options->edge_kernels, "--edge-kernels",
                                    "Kernel set of the tails without --edge (default: xnnpack)"));
  client::add_edge_options(*command, options->edge);
  measuring(command->get_option("--edge"));
  measuring(command->add_option("--machine", options->machine, "Name of this machine in the profile"))
      ->capture_default_str();
  measuring(
      command->add_option("--repetitions", options->repetitions, "Measurements of each, after a warm-up"))
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_flag("-q,--quiet", options->quiet, "Do not print the times")->excludes(fit);
  command->callback([options] {
    if (options->fit.empty()) {
      profile_network(*options);
    } else {
      make_fit({options->fit, options->models, options->output}, options->loading, options->json);
    }
  });
}

}  // namespace coinfer::profile
