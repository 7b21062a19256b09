// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::evaluate {

// Real values of a tensor's bytes.
std::vector<float> real_values(const graph::Tensor& tensor, std::span<const std::uint8_t> bytes);

// Index of the largest value, the first one of several.
int arg_max(std::span<const float> values);

double mean_squared_difference(std::span<const float> a, std::span<const float> b);

// Area under the ROC curve: how often a record with a label other than 0 has the higher score than one with
// label 0, equal scores counted half. NaN when either kind is missing.
double area_under_roc(std::span<const double> scores, std::span<const int> labels);

}  // namespace coinfer::evaluate
