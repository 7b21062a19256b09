// SPDX-License-Identifier: Apache-2.0
#include "profile/profile.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "files/files.hpp"
#include "graph/identity.hpp"
#include "graph/split.hpp"

namespace coinfer::profile {
namespace {

using nlohmann::json;

constexpr int most_repetitions = 1'000'000'000;
constexpr double longest_us = 1e9;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

const json& member(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) refuse(std::string("'") + name + "' is missing");
  return object[name];
}

std::string text_of(const json& object, const char* name) {
  const json& value = member(object, name);
  if (!value.is_string()) refuse(std::string("'") + name + "' is no text");
  std::string text = value.get<std::string>();
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= 32 && c != 127; };
  if (!std::ranges::all_of(text, printable)) refuse(std::string("'") + name + "' has control characters");
  return text;
}

int integer_of(const json& object, const char* name, int most) {
  const json& value = member(object, name);
  if (!value.is_number_integer() || value < 0 || value > most)
    refuse(std::string("'") + name + "' is no whole number from 0 to " + std::to_string(most));
  return value.get<int>();
}

double microseconds_of(const json& object, const char* name) {
  const json& value = member(object, name);
  if (!value.is_number() || !(value.get<double>() >= 0.0 && value.get<double>() <= longest_us))
    refuse(std::string("'") + name + "' is no time from 0 to 1e9 us");
  return value.get<double>();
}

const json& list_of(const json& object, const char* name, std::size_t size) {
  const json& value = member(object, name);
  if (!value.is_array() || value.size() != size)
    refuse(std::string("'") + name + "' is no list of " + std::to_string(size));
  return value;
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

Profile parse(const std::vector<std::uint8_t>& bytes, const graph::Graph& graph) {
  const json file = json::parse(bytes, nullptr, false);
  if (file.is_discarded()) refuse("is no JSON");
  if (const int version = integer_of(file, "format", 1000); version != format)
    refuse("has format " + std::to_string(version) + ", this program reads " + std::to_string(format));
  Profile profile{text_of(file, "model"), text_of(file, "identity"), std::nullopt, std::nullopt};
  if (profile.identity != graph::hexadecimal(graph.identity))
    refuse("is the profile of another network, '" + profile.model + "' " + profile.identity.substr(0, 16) +
           "...: same file, exits and rounding are needed");
  if (file.contains("device")) profile.device = device_run(file["device"], graph);
  if (file.contains("edge")) profile.edge = edge_run(file["edge"], graph);
  return profile;
}

}  // namespace

std::string to_json(const Profile& profile) {
  json file = {{"format", format}, {"model", profile.model}, {"identity", profile.identity}};
  const auto describe = [](const auto& run) {
    return json{{"machine", run.machine}, {"kernels", run.kernels}, {"repetitions", run.repetitions}};
  };
  if (profile.device) {
    json run = describe(*profile.device);
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
  return file.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Profile read(const std::filesystem::path& path, const graph::Graph& graph) {
  try {
    return parse(files::read(path), graph);
  } catch (const std::invalid_argument& error) {
    throw files::FileError(path.string() + ": " + error.what());
  } catch (const nlohmann::json::exception& error) {
    throw files::FileError(path.string() + ": " + error.what());
  }
}

}  // namespace coinfer::profile
