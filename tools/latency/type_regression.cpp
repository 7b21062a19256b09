// SPDX-License-Identifier: Apache-2.0
#include "latency/type_regression.hpp"

#include <algorithm>
#include <limits>

namespace coinfer::latency {
namespace {

std::vector<double> fit_observations(std::span<const Observation> observations, Method method, Loss loss) {
  return method == Method::relative ? fit_non_negative(observations, loss) : fit_least_squares(observations);
}

std::string fold_of(std::span<const Sample> samples, std::size_t i, HeldOut held_out) {
  if (held_out == HeldOut::type) return samples[i].type;
  return std::to_string(held_out == HeldOut::model ? samples[i].model : i);
}

}  // namespace

double TypeRegression::predict(const std::string& type, std::span<const double> x) const {
  const auto own = types.find(type);
  return std::clamp(product(x, own != types.end() ? own->second : pooled), least_us, most_us);
}

TypeRegression fit(std::span<const Sample> samples, Method method) {
  std::map<std::string, std::vector<Observation>> by_type;
  for (const Sample& sample : samples) by_type[sample.type].push_back(sample.stage);
  TypeRegression regression;
  std::vector<Observation> all;
  for (const auto& [type, observations] : by_type) {
    if (observations.size() >= least_samples)
      regression.types[type] = fit_observations(observations, method, Loss::relative);
    for (const Observation& observation : observations) {
      all.push_back(observation);
      all.back().weight = 1.0 / static_cast<double>(observations.size());
    }
  }
  regression.pooled = fit_observations(all, method, Loss::symmetric);
  return regression;
}

std::vector<double> cross_validate(std::span<const Sample> samples, Method method, HeldOut held_out) {
  std::vector<double> predictions(samples.size(), std::numeric_limits<double>::quiet_NaN());
  std::map<std::string, std::vector<std::size_t>> folds;
  for (std::size_t i = 0; i < samples.size(); ++i) folds[fold_of(samples, i, held_out)].push_back(i);
  for (const auto& [name, fold] : folds) {
    std::vector<Sample> rest;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (fold_of(samples, i, held_out) != name) rest.push_back(samples[i]);
    }
    if (rest.empty()) continue;
    const TypeRegression regression = fit(rest, method);
    for (const std::size_t i : fold) predictions[i] = regression.predict(samples[i].type, samples[i].stage.x);
  }
  return predictions;
}

}  // namespace coinfer::latency
