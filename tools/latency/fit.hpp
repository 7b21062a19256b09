// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "latency/type_regression.hpp"

// What a stage takes on one machine with one kernel set, as a function of what the .tflite file says of it.
namespace coinfer::latency {

inline constexpr int format = 1;

// How far cross-validated predictions were off.
struct Spread {
  double mape = 0.0;        // mean |predicted / measured - 1|
  double low_ratio = 1.0;   // measured / predicted, 10th percentile; at most 1
  double high_ratio = 1.0;  // 90th percentile; at least 1
};

struct TypeFit {
  std::size_t samples = 0;
  std::vector<double> coefficients;  // us, one per feature name, none negative
  Spread spread;
};

struct LatencyFit {
  std::string machine;
  std::string kernels;
  std::vector<std::string> models;
  std::map<std::string, TypeFit> types;
  TypeFit pooled;  // for all other types
  Spread all;      // of the stages it was made from
};

struct Prediction {
  double us = 0.0;
  double low_us = 0.0;  // 10th and 90th percentile of what was measured where as much was predicted
  double high_us = 0.0;
};

// By stage.
std::vector<Prediction> predict(const LatencyFit& fit, const graph::Graph& graph);

std::string to_json(const LatencyFit& fit);

// Throws files::FileError naming the file and what is wrong.
LatencyFit read(const std::filesystem::path& path);

}  // namespace coinfer::latency
