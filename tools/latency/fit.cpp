// SPDX-License-Identifier: Apache-2.0
#include "latency/fit.hpp"

#include <algorithm>

#include "files/json_file.hpp"
#include "latency/features.hpp"

namespace coinfer::latency {
namespace {

using files::member;
using files::number_of;
using nlohmann::json;

constexpr int most_samples = 1'000'000'000;
constexpr double most_number = 1e9;

json to_json(const Spread& spread) {
  return {{"mape", spread.mape}, {"p10_ratio", spread.low_ratio}, {"p90_ratio", spread.high_ratio}};
}

json to_json(const TypeFit& fit) {
  json coefficients = json::object();
  for (std::size_t f = 0; f < feature_names.size(); ++f) coefficients[feature_names[f]] = fit.coefficients[f];
  return {{"samples", fit.samples}, {"coefficients_us", coefficients}, {"error", to_json(fit.spread)}};
}

Spread spread(const json& value) {
  return {number_of(value, "mape", 0.0, most_number, "error", ""),
          number_of(value, "p10_ratio", 0.0, 1.0, "ratio", ""),
          number_of(value, "p90_ratio", 1.0, most_number, "ratio", "")};
}

TypeFit type_fit(const json& value) {
  TypeFit fit{static_cast<std::size_t>(files::integer_of(value, "samples", most_samples)),
              {},
              spread(member(value, "error"))};
  const json& coefficients = member(value, "coefficients_us");
  for (const char* name : feature_names)
    fit.coefficients.push_back(number_of(coefficients, name, 0.0, most_number, "coefficient", ""));
  if (coefficients.size() != feature_names.size())
    throw std::invalid_argument("'coefficients_us' has features that this program does not know");
  return fit;
}

LatencyFit parse(const json& file) {
  files::check_format(file, format);
  LatencyFit fit{files::text_of(file, "machine"),  files::text_of(file, "kernels"), {}, {},
                 type_fit(member(file, "pooled")), spread(member(file, "error"))};
  const json& types = member(file, "types");
  if (!types.is_object()) throw std::invalid_argument("'types' is no object");
  for (const auto& [type, value] : types.items()) fit.types[type] = type_fit(value);
  const json& models = member(file, "models");
  if (!models.is_array()) throw std::invalid_argument("'models' is no list");
  for (const json& model : models) fit.models.push_back(files::text_of({{"models", model}}, "models"));
  return fit;
}

}  // namespace

std::vector<Prediction> predict(const LatencyFit& fit, const graph::Graph& graph) {
  TypeRegression regression{{}, fit.pooled.coefficients};
  for (const auto& [type, own] : fit.types) regression.types[type] = own.coefficients;
  std::vector<Prediction> predictions;
  for (const graph::Stage& stage : graph.stages) {
    const std::string type = stage_type(stage);
    const auto own = fit.types.find(type);
    const Spread& spread = own != fit.types.end() ? own->second.spread : fit.pooled.spread;
    const double us = regression.predict(type, features(graph, stage));
    predictions.push_back({us, us * spread.low_ratio, std::min(us * spread.high_ratio, most_us)});
  }
  return predictions;
}

std::string to_json(const LatencyFit& fit) {
  json file = {{"format", format},         {"machine", fit.machine},  {"kernels", fit.kernels},
               {"models", fit.models},     {"types", json::object()}, {"pooled", to_json(fit.pooled)},
               {"error", to_json(fit.all)}};
  for (const auto& [type, own] : fit.types) file["types"][type] = to_json(own);
  return files::json_text(file);
}

LatencyFit read(const std::filesystem::path& path) { return files::parse_json_file(path, parse); }

}  // namespace coinfer::latency
