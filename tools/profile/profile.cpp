// SPDX-License-Identifier: Apache-2.0
#include "profile/profile.hpp"

#include "files/json_file.hpp"
#include "graph/identity.hpp"
#include "graph/split.hpp"

namespace coinfer::profile {
namespace {

using files::integer_of;
using files::list_of;
using files::text_of;
using nlohmann::json;

constexpr int most_repetitions = 1'000'000'000;

double microseconds_of(const json& object, const char* name) {
  return files::number_of(object, name, 0.0, longest_us, "time", " us");
}

json to_json(const Measurement& m) {
  return {{"median_us", m.median_us}, {"p10_us", m.low_us}, {"p90_us", m.high_us}};
}

Measurement measurement(const json& value) {
  return {microseconds_of(value, "median_us"), microseconds_of(value, "p10_us"),
          microseconds_of(value, "p90_us")};
}

DeviceRun device_run(const json& value, const graph::Graph& graph) {
  DeviceRun run{text_of(value, "machine"),
                text_of(value, "kernels"),
                integer_of(value, "repetitions", most_repetitions),
                {}};
  if (value.contains("predicted_mape"))
    run.predicted_mape = files::number_of(value, "predicted_mape", 0.0, 1e9, "error", "");
  for (const json& stage : list_of(value, "stages", graph.stages.size()))
    run.stages.push_back(measurement(stage));
  return run;
}

EdgeRun edge_run(const json& value, const graph::Graph& graph) {
  EdgeRun run{text_of(value, "machine"),
              text_of(value, "kernels"),
              integer_of(value, "repetitions", most_repetitions),
              {}};
  for (const json& exit : list_of(value, "exits", graph.exits.size())) {
    run.tails.emplace_back();
    for (const json& tail : list_of(exit, "tails", graph.stages.size() + 1)) {
      run.tails.back().push_back(tail.is_null() ? std::nullopt : std::optional(measurement(tail)));
    }
  }
  return run;
}

Network network(const json& file) {
  files::check_format(file, format);
  return {text_of(file, "model"), text_of(file, "identity"),
          file.contains("exits") ? text_of(file, "exits") : "",
          file.contains("rounding") ? text_of(file, "rounding") : ""};
}

Profile parse(const json& file, const graph::Graph& graph) {
  Profile profile{network(file), std::nullopt, std::nullopt};
  if (profile.network.identity != graph::hexadecimal(graph.identity))
    throw std::invalid_argument("is the profile of another network, '" + profile.network.model + "' " +
                                profile.network.identity.substr(0, 16) +
                                "...: same file, exits and rounding are needed");
  if (file.contains("device")) profile.device = device_run(file["device"], graph);
  if (file.contains("edge")) profile.edge = edge_run(file["edge"], graph);
  return profile;
}

}  // namespace

Network network_of(const graph::Graph& graph) {
  std::string exits;
  for (const std::vector<std::int32_t>& exit : graph.exits) {
    if (!exits.empty()) exits += ';';
    for (std::size_t i = 0; i < exit.size(); ++i) exits += (i > 0 ? "," : "") + std::to_string(exit[i]);
  }
  return {graph.name, graph::hexadecimal(graph.identity), exits,
          graph.rounding == graph::RoundingRule::double_rounding ? "double" : "single"};
}

std::string to_json(const Profile& profile) {
  const Network& network = profile.network;
  json file = {{"format", format}, {"model", network.model}, {"identity", network.identity}};
  if (!network.exits.empty()) file["exits"] = network.exits;
  if (!network.rounding.empty()) file["rounding"] = network.rounding;
  const auto describe = [](const auto& run) {
    return json{{"machine", run.machine}, {"kernels", run.kernels}, {"repetitions", run.repetitions}};
  };
  if (profile.device) {
    json run = describe(*profile.device);
    if (profile.device->predicted_mape) run["predicted_mape"] = *profile.device->predicted_mape;
    for (const Measurement& stage : profile.device->stages) run["stages"].push_back(to_json(stage));
    file["device"] = run;
  }
  if (profile.edge) {
    json run = describe(*profile.edge);
    for (const auto& exit : profile.edge->tails) {
      json tails = json::array();
      for (const auto& tail : exit) tails.push_back(tail ? to_json(*tail) : json());
      run["exits"].push_back({{"tails", tails}});
    }
    file["edge"] = run;
  }
  return files::json_text(file);
}

Network read_network(const std::filesystem::path& path) {
  return files::parse_json_file(path, [](const json& file) { return network(file); });
}

Profile read(const std::filesystem::path& path, const graph::Graph& graph) {
  return files::parse_json_file(path, [&graph](const json& file) { return parse(file, graph); });
}

}  // namespace coinfer::profile
