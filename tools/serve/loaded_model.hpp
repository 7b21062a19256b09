// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "serve/connection.hpp"
#include "tail/tail_runner.hpp"

namespace coinfer::serve {

// A graph that is served: its cuts, its tails, and how long they take. run() and the times may be used by
// several threads at once.
class LoadedModel : public ServedModel {
 public:
  LoadedModel(graph::Graph graph, tail::Kernels kernels, std::size_t kept_idle);

  const std::uint8_t* identity() const override { return graph_.identity.data(); }
  const std::string& name() const override { return graph_.name; }
  bool exact() const override { return exact_; }
  int stage_count() const override { return stage_count_; }
  int exit_count() const override { return exit_count_; }
  const TailShape* tail(int split, int exit) const override;

  const Bytes& table() const override { return table_; }
  std::uint32_t table_version() const override { return table_version_; }
  // Before it is served. Throws files::FileError.
  void read_table(const std::filesystem::path& path);

  // Outputs of the job's tail. Throws std::runtime_error when memory or XNNPACK fails.
  Bytes run(const Job& job) const;

  // Runs each exit once from the first split on and keeps the times: proves that the model runs here.
  void warm_up();
  // Expected computing time: measured for this cut, or else from the whole exit's by the share of its work.
  std::uint32_t expected_us(int split, int exit) const;
  void measured(int split, int exit, std::uint32_t compute_us);

  const graph::Graph& graph() const { return graph_; }
  std::size_t largest_feature_bytes() const;

 private:
  struct Cut {
    bool usable = false;
    TailShape shape;
    std::uint32_t feature_bytes = 0;
    std::uint32_t answer_bytes = 0;
    double work = 0.0;                         // of the exit's multiply-accumulates
    std::atomic<std::uint32_t> compute_us{0};  // moving average, 0: never measured
  };
  Cut& cut(int split, int exit) const {
    return cuts_[static_cast<std::size_t>(split) * static_cast<std::size_t>(exit_count_) +
                 static_cast<std::size_t>(exit)];
  }
  void describe(Cut& cut, int split, int exit) const;

  const graph::Graph graph_;
  const bool exact_;
  const int stage_count_;
  const int exit_count_;
  const std::unique_ptr<Cut[]> cuts_;  // by split and exit
  const std::unique_ptr<tail::TailRunner> runner_;
  Bytes table_;
  std::uint32_t table_version_ = 0;
};

}  // namespace coinfer::serve
