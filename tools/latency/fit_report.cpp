// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "files/json_file.hpp"
#include "latency/make_fit.hpp"

namespace coinfer::latency {
namespace {

std::string percent(double fraction) {
  char text[32];
  const double value = fraction * 100;
  std::snprintf(text, sizeof text, value < 9999.5 ? "%.1f%%" : "%.2g%%", value);
  return text;
}

std::string line(const std::string& what, const std::string& count, const std::string& ours,
                 const std::string& edgent, const std::string& least_squares) {
  char text[256];
  std::snprintf(text, sizeof text, "%-30s %8s %10s %10s %10s\n", what.c_str(), count.c_str(), ours.c_str(),
                edgent.c_str(), least_squares.c_str());
  return text;
}

std::string line(const std::string& what, std::size_t count, const Errors& errors) {
  return line(what, std::to_string(count), percent(errors.ours), percent(errors.edgent),
              percent(errors.edgent_least_squares));
}

nlohmann::json to_json(const Errors& errors) {
  return {{"mape", errors.ours},
          {"edgent_features_mape", errors.edgent},
          {"edgent_mape", errors.edgent_least_squares}};
}

}  // namespace

std::string report_text(const FitResult& result) {
  const FitReport& report = result.report;
  std::string text = result.fit.machine + ", " + result.fit.kernels + " kernels; mean error of each " +
                     (report.models_held_out ? "network's stages, predicted from the other networks\n"
                                             : "stage, predicted from the other stages\n");
  text += line("", "", "", "Edgent's", "");
  text += line("stage type", "stages", "error", "features", "Edgent");
  bool pooled = false;
  for (const TypeErrors& type : report.types) {
    text += line(type.type + (type.alone ? "" : " *"), type.stages, type.errors);
    pooled = pooled || !type.alone;
  }
  std::size_t stages = 0;
  for (const TypeErrors& type : report.types) stages += type.stages;
  text += line("all stages", stages, report.stages);
  text += line("whole networks", result.fit.models.size(), report.networks);
  if (pooled)
    text += "* fewer than " + std::to_string(least_samples) +
            " stages: predicted from those of all types together\n";
  if (report.left_out > 0) text += std::to_string(report.left_out) + " stages of 0 us are left out\n";
  return text;
}

std::string report_json(const FitResult& result) {
  const FitReport& report = result.report;
  nlohmann::json json = {{"format", 1},
                         {"machine", result.fit.machine},
                         {"kernels", result.fit.kernels},
                         {"models", result.fit.models},
                         {"held_out", report.models_held_out ? "model" : "stage"},
                         {"stages_left_out", report.left_out},
                         {"stages", to_json(report.stages)},
                         {"networks", to_json(report.networks)},
                         {"types", nlohmann::json::object()}};
  for (const TypeErrors& type : report.types) {
    nlohmann::json& entry = json["types"][type.type] = to_json(type.errors);
    entry["stages"] = type.stages;
    entry["alone"] = type.alone;
  }
  return files::json_text(json);
}

}  // namespace coinfer::latency
