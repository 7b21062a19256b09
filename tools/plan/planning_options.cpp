// SPDX-License-Identifier: Apache-2.0
#include "plan/planning_options.hpp"

#include <sstream>
#include <stdexcept>

#include "graph/split.hpp"
#include "plan/device_file.hpp"

namespace coinfer::plan {
namespace {

std::vector<int> splits_of(const graph::Graph& graph, const std::string& text) {
  std::vector<int> splits;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) splits.push_back(graph::parse_split(graph, word));
  if (splits.empty()) throw std::invalid_argument("--allowed-splits names none");
  return splits;
}

Handshake handshake_of(const std::vector<double>& numbers) {
  return numbers.empty() ? Handshake{} : Handshake{numbers[0], numbers[1], numbers[2]};
}

std::vector<double> accuracy_of(const graph::Graph& graph, const PlanningOptions& o) {
  const std::size_t exits = graph.exits.size();
  if (o.accuracy.empty() && exits == 1) return {1.0};
  if (o.accuracy.size() != exits)
    throw std::invalid_argument("--accuracy: " + std::to_string(o.accuracy.size()) + " values for " +
                                std::to_string(exits) + " exits; 'coinfer evaluate' measures them");
  return o.accuracy;
}

}  // namespace

Planning load_planning(const PlanningOptions& options) {
  const DeviceFile device = options.device.empty() ? DeviceFile{} : read_device(options.device);
  Planning made{options.model.load(), {}, {}, options.limits, options.setting, {}, device.name};
  made.profile = profile::read(options.profile, made.graph);
  if (!made.profile.device || !made.profile.edge) {
    throw std::invalid_argument(
        options.profile.string() + ": has no " + (made.profile.device ? "edge" : "device") +
        " side; measure it with 'coinfer profile --side " + (made.profile.device ? "edge" : "device") + "'");
  }
  for (profile::Measurement& stage : made.profile.device->stages) stage.median_us /= options.device_speed;
  made.accuracy = accuracy_of(made.graph, options);
  if (!options.allowed_splits.empty())
    made.limits.allowed_splits = splits_of(made.graph, options.allowed_splits);
  made.limits.ram_bytes = options.ram ? options.ram : device.ram_bytes;
  made.limits.flash_bytes = options.flash ? options.flash : device.flash_bytes;
  made.active_mw = options.active_mw ? options.active_mw : device.active_mw;
  made.setting.send_mw = options.send_mw.value_or(device.send_mw.value_or(0.0));
  made.setting.wait_mw = options.wait_mw.value_or(device.wait_mw.value_or(0.0));
  made.setting.full = handshake_of(options.handshake);
  made.setting.resumed = handshake_of(options.resumption);
  return made;
}

void add_planning_options(CLI::App& command, PlanningOptions& options) {
  run::add_model_options(command, options.model);
  command.add_option("--profile", options.profile, "What 'coinfer profile' wrote, with both sides")
      ->required();
  run::add_choice<Objective>(
      command, "--objective", options.setting.objective,
      {{"latency", Objective::latency}, {"accuracy", Objective::accuracy}, {"energy", Objective::energy}},
      "Least latency; most accuracy in time; least energy in time (default: latency)");
  command.add_option("--deadline-us", options.setting.deadline_us, "Of an inference (default: none)")
      ->check(run::between(0.0, 1e9));
  command.add_option("--accuracy", options.accuracy, "Of each exit, 0 to 1, by comma, in order of depth")
      ->delimiter(',')
      ->check(run::between(0.0, 1.0));
  command.add_option("--accuracy-floor", options.limits.accuracy_floor, "Use no exit below it")
      ->check(run::between(0.0, 1.0));
  command.add_option("--device", options.device,
                     "Power and memory of the device, JSON; the options for them win over it");
  command.add_option("--ram", options.ram, "Of the device for activations, bytes (default: enough)")
      ->check(CLI::PositiveNumber);
  command.add_option("--flash", options.flash, "Of the device for constants, bytes (default: enough)")
      ->check(CLI::PositiveNumber);
  run::add_choice<Fallback>(command, "--fallback", options.limits.fallback,
                            {{"full", Fallback::full}, {"exit", Fallback::exit}, {"none", Fallback::none}},
                            "What the device must be able to answer alone (default: full)");
  command.add_option("--allowed-splits", options.allowed_splits,
                     "Where it may be cut, by comma: numbers or names of tensors (default: everywhere)");
  const auto add_handshake = [&command](const char* name, std::vector<double>& numbers, const char* which) {
    command
        .add_option(
            name, numbers,
            std::string("What ") + which + " costs: us of both ends, bytes, round trips (default: nothing)")
        ->delimiter(',')
        ->expected(3)
        ->check(run::between(0, 1e9));
  };
  add_handshake("--handshake", options.handshake, "a full handshake");
  add_handshake("--resumption", options.resumption, "a resumed session");
  command.add_option("--active-mw", options.active_mw, "Power of the device while it computes")
      ->check(run::between(0.0, 1e6));
  command.add_option("--send-mw", options.send_mw, "Power of its radio while it sends")
      ->check(run::between(0.0, 1e6));
  command.add_option("--wait-mw", options.wait_mw, "Power of its radio while it waits for the answer")
      ->check(run::between(0.0, 1e6));
  command
      .add_option("--device-speed", options.device_speed,
                  "The device computes this many times as fast as profiled; below 1: slower")
      ->check(run::between(1e-6, 1e6));
}

}  // namespace coinfer::plan
