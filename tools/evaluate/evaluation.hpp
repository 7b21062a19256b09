// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/graph.hpp"
#include "run/records.hpp"
#include "tail/tail_runner.hpp"

namespace coinfer::evaluate {

enum class Metric { top1, auc };

struct Setup {
  Metric metric = Metric::top1;
  tail::Kernels kernels = tail::Kernels::portable;
  std::optional<tail::Kernels> other_kernels;  // to count agreement with, for top1
  int split = 0;
  unsigned threads = 1;
};

struct ExitResult {
  int exit = 0;
  double value = 0.0;          // top1: fraction of right answers; auc: area under the ROC curve
  std::size_t right = 0;       // top1
  std::size_t agreeing = 0;    // top1: records with the same answer from other_kernels
  double ms_per_record = 0.0;  // of one thread, with `kernels`
};

// Throws std::invalid_argument when an exit has no single output (top1), or one that does not mirror the
// network's single input (auc).
void check_metric(const graph::Graph& graph, Metric metric);

std::vector<ExitResult> evaluate(const graph::Graph& graph, const run::Records& records,
                                 const std::vector<int>& labels, const Setup& setup);

}  // namespace coinfer::evaluate
