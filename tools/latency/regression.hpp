// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

// Linear regression of few variables: sums of features times coefficients.
namespace coinfer::latency {

struct Observation {
  std::vector<double> x;  // as many in all observations
  double us = 0.0;        // > 0
  double weight = 1.0;    // of its error
};

double product(std::span<const double> x, std::span<const double> coefficients);

// How wrong a prediction is. relative: |prediction / us - 1|, 1 at most where it is too small. symmetric: as
// wrong for half as for double, so that what differs much from the rest is not given up.
enum class Loss { relative, symmetric };

// Coefficients of which none is negative, with the least weighted mean loss: least squares that weigh each
// observation by its last error, so that a single odd one does not bend the rest. Each of them is solved
// exactly, over all sets of features: at most 16.
std::vector<double> fit_non_negative(std::span<const Observation> observations, Loss loss);

// Ordinary least squares of microseconds, any sign. What depends on features before it gets 0.
std::vector<double> fit_least_squares(std::span<const Observation> observations);

}  // namespace coinfer::latency
