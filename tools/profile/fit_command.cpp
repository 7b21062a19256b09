// SPDX-License-Identifier: Apache-2.0
#include "profile/fit_command.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <tuple>

#include "files/files.hpp"
#include "graph/identity.hpp"
#include "latency/features.hpp"
#include "latency/make_fit.hpp"

namespace coinfer::profile {
namespace {

// The given models, loaded with the exits and the rounding that profiles ask for, each way once.
class Models {
 public:
  Models(const std::vector<std::filesystem::path>& paths, const run::ModelOptions& defaults)
      : paths_(paths), defaults_(defaults) {
    for (const std::filesystem::path& path : paths_)  // with errors of their own
      graph::load_tflite_file(path, {"", graph::RoundingRule::double_rounding, ""});
  }

  // Null: none of them.
  const graph::Graph* find(const Network& network) {
    const std::string& exits = network.exits.empty() ? defaults_.exits : network.exits;
    const graph::RoundingRule rounding = network.rounding.empty() ? defaults_.rounding
                                         : network.rounding == "single"
                                             ? graph::RoundingRule::single_rounding
                                             : graph::RoundingRule::double_rounding;
    for (const std::filesystem::path& path : paths_) {
      const std::optional<graph::Graph>& graph = load(path, exits, rounding);
      if (graph && graph::hexadecimal(graph->identity) == network.identity) return &*graph;
    }
    return nullptr;
  }

 private:
  const std::optional<graph::Graph>& load(const std::filesystem::path& path, const std::string& exits,
                                          graph::RoundingRule rounding) {
    const auto [entry, is_new] = loaded_.try_emplace({path, exits, rounding});
    if (is_new) {
      try {
        entry->second = graph::load_tflite_file(path, {"", rounding, exits});
      } catch (const graph::ImportError&) {
        // It has no such exits: another model has.
      }
    }
    return entry->second;
  }

  const std::vector<std::filesystem::path>& paths_;
  const run::ModelOptions& defaults_;
  std::map<std::tuple<std::filesystem::path, std::string, graph::RoundingRule>, std::optional<graph::Graph>>
      loaded_;
};

[[noreturn]] void refuse(const std::filesystem::path& profile, const std::string& what) {
  throw files::FileError(profile.string() + ": " + what);
}

const DeviceRun& measured_device(const Profile& profile, const std::filesystem::path& path) {
  if (!profile.device) refuse(path, "has no device side; measure it with 'coinfer profile --side device'");
  if (profile.device->predicted_mape) refuse(path, "was predicted itself; a fit needs measured times");
  return *profile.device;
}

}  // namespace

void make_fit(const FitFiles& files, const run::ModelOptions& defaults, bool json) {
  Models models(files.models, defaults);
  std::vector<latency::MeasuredStage> stages;
  std::vector<std::string> names;
  std::vector<const graph::Graph*> networks;
  std::string machine;
  std::string kernels;
  for (const std::filesystem::path& path : files.profiles) {
    const Network network = read_network(path);
    const graph::Graph* graph = models.find(network);
    if (graph == nullptr)
      refuse(path, "is the profile of none of the given models, but of '" + network.model + "' " +
                       network.identity.substr(0, 16) + "...");
    const Profile profile = read(path, *graph);
    const DeviceRun& device = measured_device(profile, path);
    if (networks.empty()) {
      machine = device.machine;
      kernels = device.kernels;
    } else if (device.machine != machine || device.kernels != kernels) {
      refuse(path, "is of '" + device.machine + "' with " + device.kernels + " kernels, " +
                       files.profiles[0].string() + " of '" + machine + "' with " + kernels +
                       " kernels: one fit is of one machine and kernel set");
    }
    const auto known = std::ranges::find(networks, graph);
    const auto model = static_cast<std::size_t>(known - networks.begin());
    if (known == networks.end()) {
      networks.push_back(graph);
      names.push_back(graph->name);
    }
    for (std::size_t s = 0; s < graph->stages.size(); ++s) {
      const graph::Stage& stage = graph->stages[s];
      stages.push_back({latency::stage_type(stage), model, latency::features(*graph, stage),
                        latency::edgent_features(*graph, stage), device.stages[s].median_us});
    }
  }
  const latency::FitResult result =
      latency::make_fit(std::move(machine), std::move(kernels), std::move(names), std::move(stages));
  files::write({{files.output, latency::to_json(result.fit)}});
  std::fputs((json ? latency::report_json(result) : latency::report_text(result)).c_str(), stdout);
}

DeviceRun predict_device(const latency::LatencyFit& fit, const graph::Graph& graph) {
  DeviceRun run{fit.machine, fit.kernels, 0, {}, fit.all.mape};
  for (const latency::Prediction& stage : latency::predict(fit, graph))
    run.stages.push_back({stage.us, stage.low_us, stage.high_us});
  return run;
}

}  // namespace coinfer::profile
