// SPDX-License-Identifier: Apache-2.0
#include "profile/profile_command.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "client/edge_options.hpp"
#include "files/files.hpp"
#include "graph/identity.hpp"
#include "graph/operator_name.hpp"
#include "profile/measure.hpp"
#include "run/model_options.hpp"

namespace coinfer::profile {
namespace {

enum class Side { both, device, edge };

struct Options {
  run::ModelOptions model;
  std::filesystem::path output;
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
    std::printf("device: %s, %s kernels, %.1f us in all\n", profile.device->machine.c_str(),
                profile.device->kernels.c_str(), total);
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

void profile_network(const Options& options) {
  const graph::Graph graph = options.model.load();
  Profile profile{graph.name, graph::hexadecimal(graph.identity), std::nullopt, std::nullopt};
  // What another run has measured stays.
  if (std::filesystem::is_regular_file(options.output)) profile = read(options.output, graph);
  const bool device = options.side != Side::edge;
  const bool edge = options.side != Side::device;
  {
    run::Progress progress((device ? device_steps(graph) : 0) + (edge ? edge_steps(graph) : 0),
                           "measurements");
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
      "peer");
  run::add_model_options(*command, options->model);
  command->add_option("-o,--output", options->output, "Profile to write or to complete, JSON")->required();
  run::add_choice<Side>(*command, "--side", options->side,
                        {{"both", Side::both}, {"device", Side::device}, {"edge", Side::edge}},
                        "What to measure (default: both)");
  run::add_kernels_option(*command, options->device_kernels, "--device-kernels",
                          "Kernel set of the stages (default: portable)");
  run::add_kernels_option(*command, options->edge_kernels, "--edge-kernels",
                          "Kernel set of the tails without --edge (default: xnnpack)");
  client::add_edge_options(*command, options->edge);
  command->add_option("--machine", options->machine, "Name of this machine in the profile")
      ->capture_default_str();
  command->add_option("--repetitions", options->repetitions, "Measurements of each, after a warm-up")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_flag("-q,--quiet", options->quiet, "Do not print the times");
  command->callback([options] { profile_network(*options); });
}

}  // namespace coinfer::profile
