// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace coinfer::simulate {

// Bayesian on-line change-point detection in real numbers (Adams and MacKay, arXiv 0710.3742): normal
// samples, mean and variance of each segment unknown (normal-inverse-gamma prior), constant hazard. The
// reference for coinfer::BayesianChangePoint, and what Edgent's dynamic configurator uses.
class ChangeDetector {
 public:
  struct Options {
    double hazard = 1.0 / 64;  // probability that a sample begins a segment
    double prior_mean = 0.0;
    double prior_weight = 0.01;  // samples that the prior mean is worth
    double prior_shape = 1.0;
    double prior_scale = 0.05;
    std::size_t longest = 128;  // run length
    double negligible = 1e-4;   // probability of a run
  };

  explicit ChangeDetector(const Options& options);

  // True when the likeliest run length has dropped to less than half: the level has changed.
  bool add(double sample);

  // Of the likeliest run.
  double mean() const { return runs_[likeliest_].mean; }
  // By run length, sums to 1.
  std::vector<double> probabilities() const;

 private:
  struct Run {
    std::size_t length;
    double probability;
    double mean;
    double weight;
    double shape;
    double scale;
  };

  static double predictive(const Run& run, double sample);

  Options options_;
  std::vector<Run> runs_;  // by rising length
  std::size_t likeliest_ = 0;
};

}  // namespace coinfer::simulate
