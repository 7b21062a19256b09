// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "latency/regression.hpp"

// One regression per stage type, and one over all types for those with too few samples.
namespace coinfer::latency {

inline constexpr std::size_t least_samples = 3;  // of a type, to be fitted alone
inline constexpr double least_us = 1e-3;         // of a prediction
inline constexpr double most_us = 1e9;

struct Sample {
  std::string type;
  std::size_t model = 0;  // which network it is from
  Observation stage;
};

enum class Method { relative, least_squares };

struct TypeRegression {
  std::map<std::string, std::vector<double>> types;  // coefficients
  std::vector<double> pooled;

  // Microseconds, from least_us to most_us.
  double predict(const std::string& type, std::span<const double> x) const;
};

// Every type has the same weight in the pooled regression. Not without samples.
TypeRegression fit(std::span<const Sample> samples, Method method);

enum class HeldOut { model, stage, type };

// By sample: what is predicted for it from those that are not of its model, not itself, or not of its type;
// not a number if that leaves none.
std::vector<double> cross_validate(std::span<const Sample> samples, Method method, HeldOut held_out);

}  // namespace coinfer::latency
