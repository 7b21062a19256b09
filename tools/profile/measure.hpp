// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "client/secure_link.hpp"
#include "profile/profile.hpp"
#include "run/progress.hpp"
#include "tail/tail_runner.hpp"

namespace coinfer::profile {

// Steps of progress that the two functions below make.
std::size_t device_steps(const graph::Graph& graph);
std::size_t edge_steps(const graph::Graph& graph);

// Every stage on this machine, on inputs that are zero: no kernel's time depends on its values.
DeviceRun measure_device(const graph::Graph& graph, tail::Kernels kernels, int repetitions,
                         run::Progress& progress);

// Every tail on this machine.
EdgeRun measure_tails(const graph::Graph& graph, tail::Kernels kernels, int repetitions,
                      run::Progress& progress);

// Every tail on an edge peer, as it says itself how long it computed. Throws std::runtime_error when one does
// not come back.
EdgeRun measure_edge(const graph::Graph& graph, const client::EdgeOptions& edge, int repetitions,
                     run::Progress& progress);

}  // namespace coinfer::profile
