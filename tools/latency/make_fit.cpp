// SPDX-License-Identifier: Apache-2.0
#include "latency/make_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace coinfer::latency {
namespace {

using Predictions = std::vector<double>;  // by sample

std::vector<Sample> samples_with(const std::vector<MeasuredStage>& stages,
                                 std::vector<double> MeasuredStage::*features) {
  std::vector<Sample> samples;
  for (const MeasuredStage& stage : stages)
    samples.push_back({stage.type, stage.model, {stage.*features, stage.us}});
  return samples;
}

// The ratios of `measured / predicted` of the samples that `wanted` picks.
template <class Wanted>
Spread spread_of(const std::vector<Sample>& samples, const Predictions& predictions, const Wanted& wanted) {
  std::vector<double> ratios;
  double error = 0.0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!wanted(samples[i]) || std::isnan(predictions[i])) continue;
    ratios.push_back(samples[i].stage.us / predictions[i]);
    error += std::abs(predictions[i] / samples[i].stage.us - 1.0);
  }
  if (ratios.empty()) return {};
  std::ranges::sort(ratios);
  const auto last = static_cast<double>(ratios.size() - 1);
  const double low = ratios[static_cast<std::size_t>(0.1 * last)];
  const double high = ratios[static_cast<std::size_t>(std::ceil(0.9 * last))];
  return {error / static_cast<double>(ratios.size()), std::min(low, 1.0), std::max(high, 1.0)};
}

// Mean relative error of the sums over what `key` tells apart.
template <class Key>
double error_of_sums(const std::vector<Sample>& samples, const Predictions& predictions, const Key& key) {
  struct Sum {
    double measured = 0.0;
    double predicted = 0.0;
  };
  std::map<std::size_t, Sum> sums;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Sum& sum = sums[key(samples[i])];
    sum.measured += samples[i].stage.us;
    sum.predicted += predictions[i];
  }
  double error = 0.0;
  for (const auto& [_, sum] : sums) error += std::abs(sum.predicted / sum.measured - 1.0);
  return error / static_cast<double>(sums.size());
}

// The three ways to predict that are compared, cross-validated.
struct Comparison {
  std::vector<Sample> samples;
  Predictions ours;
  Predictions edgent;
  Predictions edgent_least_squares;

  // What `error(samples, predictions)` says of each.
  template <class Error>
  Errors each(const Error& error) const {
    return {error(samples, ours), error(samples, edgent), error(samples, edgent_least_squares)};
  }
};

Comparison compare(const std::vector<MeasuredStage>& stages, HeldOut held_out) {
  const std::vector<Sample> ours = samples_with(stages, &MeasuredStage::features);
  const std::vector<Sample> edgent = samples_with(stages, &MeasuredStage::edgent);
  return {ours, cross_validate(ours, Method::relative, held_out),
          cross_validate(edgent, Method::relative, held_out),
          cross_validate(edgent, Method::least_squares, held_out)};
}

FitReport report_of(const Comparison& comparison, const LatencyFit& fit) {
  FitReport report;
  std::map<std::string, std::size_t> counts;
  for (const Sample& sample : comparison.samples) ++counts[sample.type];
  for (const auto& [type, count] : counts) {
    const auto of_type = [&type = type](const Sample& sample) { return sample.type == type; };
    report.types.push_back({type, count, fit.types.contains(type),
                            comparison.each([&of_type](const auto& samples, const Predictions& predictions) {
                              return spread_of(samples, predictions, of_type).mape;
                            })});
  }
  const auto any = [](const Sample&) { return true; };
  report.stages = comparison.each([&any](const auto& samples, const Predictions& predictions) {
    return spread_of(samples, predictions, any).mape;
  });
  const auto model = [](const Sample& sample) { return sample.model; };
  report.networks = comparison.each([&model](const auto& samples, const Predictions& predictions) {
    return error_of_sums(samples, predictions, model);
  });
  return report;
}

}  // namespace

FitResult make_fit(std::string machine, std::string kernels, std::vector<std::string> models,
                   std::vector<MeasuredStage> stages) {
  const std::size_t left_out = std::erase_if(stages, [](const MeasuredStage& s) { return !(s.us > 0.0); });
  if (stages.size() < 2)
    throw std::invalid_argument("the profiles have " + std::to_string(stages.size()) +
                                " measured stages; a fit needs at least two");
  const auto other = [&stages](const MeasuredStage& stage) { return stage.model != stages[0].model; };
  const HeldOut held_out = std::ranges::any_of(stages, other) ? HeldOut::model : HeldOut::stage;
  const Comparison comparison = compare(stages, held_out);
  const TypeRegression regression = fit(comparison.samples, Method::relative);
  const auto any = [](const Sample&) { return true; };
  // A type that was never measured: as each type here, predicted from the others.
  Predictions of_others = cross_validate(comparison.samples, Method::relative, HeldOut::type);
  if (std::isnan(of_others[0])) of_others = comparison.ours;  // there is one type only
  LatencyFit fit{std::move(machine),
                 std::move(kernels),
                 std::move(models),
                 {},
                 {stages.size(), regression.pooled, spread_of(comparison.samples, of_others, any)},
                 spread_of(comparison.samples, comparison.ours, any)};
  for (const auto& [type, coefficients] : regression.types) {
    const auto of_type = [&type = type](const Sample& sample) { return sample.type == type; };
    const auto count = std::ranges::count_if(comparison.samples, of_type);
    fit.types[type] = {static_cast<std::size_t>(count), coefficients,
                       spread_of(comparison.samples, comparison.ours, of_type)};
  }
  FitReport report = report_of(comparison, fit);
  report.models_held_out = held_out == HeldOut::model;
  report.left_out = left_out;
  return {std::move(fit), std::move(report)};
}

}  // namespace coinfer::latency
