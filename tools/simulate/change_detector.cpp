// SPDX-License-Identifier: Apache-2.0
#include "simulate/change_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace coinfer::simulate {

ChangeDetector::ChangeDetector(const Options& options) : options_(options) {
  runs_ = {{0, 1.0, options.prior_mean, options.prior_weight, options.prior_shape, options.prior_scale}};
}

// Student's t with 2 shape degrees of freedom.
double ChangeDetector::predictive(const Run& run, double sample) {
  const double spread = 2 * run.scale * (run.weight + 1) / run.weight;  // degrees of freedom * variance
  const double off = sample - run.mean;
  return std::exp(std::lgamma(run.shape + 0.5) - std::lgamma(run.shape) -
                  0.5 * std::log(std::numbers::pi * spread) -
                  (run.shape + 0.5) * std::log1p(off * off / spread));
}

bool ChangeDetector::add(double sample) {
  const std::size_t length_before = runs_[likeliest_].length;
  Run begun = {
      0, 0.0, options_.prior_mean, options_.prior_weight, options_.prior_shape, options_.prior_scale};
  double sum = 0.0;
  for (Run& run : runs_) {
    const double joint = run.probability * predictive(run, sample);
    begun.probability += joint * options_.hazard;
    run.probability = joint * (1 - options_.hazard);
    sum += joint;
    const double off = sample - run.mean;
    run.scale += run.weight * off * off / (2 * (run.weight + 1));
    run.mean = (run.weight * run.mean + sample) / (run.weight + 1);
    run.weight += 1;
    run.shape += 0.5;
    ++run.length;
  }
  if (!(sum > 0.0)) {  // further off than numbers can tell
    *this = ChangeDetector(options_);
    return true;
  }
  runs_.insert(runs_.begin(), begun);
  if (runs_.size() > options_.longest) {
    runs_[runs_.size() - 2].probability += runs_.back().probability;
    runs_.pop_back();
  }
  for (Run& run : runs_) run.probability /= sum;
  std::erase_if(runs_, [this](const Run& run) { return run.probability < options_.negligible; });
  double left = 0.0;
  for (const Run& run : runs_) left += run.probability;
  for (Run& run : runs_) run.probability /= left;
  const auto likeliest = std::ranges::max_element(runs_, {}, &Run::probability);
  likeliest_ = static_cast<std::size_t>(likeliest - runs_.begin());
  return 2 * likeliest->length < length_before;
}

std::vector<double> ChangeDetector::probabilities() const {
  std::vector<double> result;
  for (const Run& run : runs_) {
    result.resize(run.length + 1, 0.0);
    result[run.length] = run.probability;
  }
  return result;
}

}  // namespace coinfer::simulate
