// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "latency/fit.hpp"

namespace coinfer::latency {

// A stage and what it was measured to take.
struct MeasuredStage {
  std::string type;
  std::size_t model = 0;         // index into LatencyFit::models
  std::vector<double> features;  // as features()
  std::vector<double> edgent;    // as edgent_features()
  double us = 0.0;               // > 0
};

// Mean relative errors of cross-validated predictions.
struct Errors {
  double ours = 0.0;
  double edgent = 0.0;                // with Edgent's features, fitted as ours
  double edgent_least_squares = 0.0;  // with Edgent's features and its ordinary least squares
};

struct TypeErrors {
  std::string type;
  std::size_t stages = 0;
  bool alone = false;  // enough samples for a regression of its own
  Errors errors;
};

struct FitReport {
  bool models_held_out = false;  // else, stages were
  std::vector<TypeErrors> types;
  Errors stages;             // of all types
  Errors networks;           // of the sums over the stages of each
  std::size_t left_out = 0;  // stages measured at 0 us
};

struct FitResult {
  LatencyFit fit;
  FitReport report;
};

// Throws std::invalid_argument when there are fewer than two stages to learn from. Stages of 0 us are left
// out.
FitResult make_fit(std::string machine, std::string kernels, std::vector<std::string> models,
                   std::vector<MeasuredStage> stages);

std::string report_text(const FitResult& result);
std::string report_json(const FitResult& result);

}  // namespace coinfer::latency
