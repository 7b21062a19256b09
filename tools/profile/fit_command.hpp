// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "graph/graph.hpp"
#include "latency/fit.hpp"
#include "profile/profile.hpp"
#include "run/model_options.hpp"

// Times that were not measured: learnt from profiles of other networks on the same machine.
namespace coinfer::profile {

struct FitFiles {
  std::vector<std::filesystem::path> profiles;  // with a device side each
  std::vector<std::filesystem::path> models;    // the networks they are of, in any order
  std::filesystem::path output;
};

// `defaults`: exits and rounding of a profile that does not say. Prints the errors as a table, or as JSON.
// Throws files::FileError naming the profile that belongs to none of the models, has no measured device side,
// or is of another machine or kernel set than the first.
void make_fit(const FitFiles& files, const run::ModelOptions& defaults, bool json);

DeviceRun predict_device(const latency::LatencyFit& fit, const graph::Graph& graph);

}  // namespace coinfer::profile
