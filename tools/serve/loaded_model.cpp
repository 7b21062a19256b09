// SPDX-License-Identifier: Apache-2.0
#include "serve/loaded_model.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "graph/split.hpp"
#include "graph/split_table_file.hpp"
#include "graph/stage_cost.hpp"

namespace coinfer::serve {

LoadedModel::LoadedModel(graph::Graph graph, tail::Kernels kernels, std::size_t kept_idle)
    : graph_(std::move(graph)),
      exact_(kernels != tail::Kernels::xnnpack),
      stage_count_(graph::stage_count(graph_)),
      exit_count_(graph::exit_count(graph_)),
      cuts_(new Cut[static_cast<std::size_t>(stage_count_ + 1) * static_cast<std::size_t>(exit_count_)]),
      runner_(tail::make_tail_runner(graph_, kernels, kept_idle)) {
  for (int split = 0; split <= stage_count_; ++split) {
    for (int exit = 0; exit < exit_count_; ++exit) describe(cut(split, exit), split, exit);
  }
}

void LoadedModel::read_table(const std::filesystem::path& path) {
  const auto slot = std::make_unique<graph::TableSlot>();
  const std::vector<std::uint8_t> bytes = graph::read_table(path, graph_, *slot);
  table_.assign(bytes.begin(), bytes.end());
  table_version_ = slot->table().version;
}

void LoadedModel::describe(Cut& cut, int split, int exit) const {
  for (const std::int32_t index : graph::crossing_tensors(graph_, split, exit)) {
    const graph::Tensor& tensor = graph::tensor_at(graph_, index);
    cut.shape.tensors.push_back(static_cast<std::uint16_t>(tensor.file_index));
    cut.shape.tensor_bytes.push_back(static_cast<std::uint32_t>(tensor.bytes()));
    cut.feature_bytes += cut.shape.tensor_bytes.back();
  }
  for (const std::int32_t index : graph::answer_outputs(graph_, split, exit)) {
    cut.shape.output_bytes.push_back(static_cast<std::uint32_t>(graph::tensor_at(graph_, index).bytes()));
    cut.answer_bytes += cut.shape.output_bytes.back();
  }
  const std::vector<bool> needed = graph::needed_stages(graph_, exit);
  double whole = 0.0;
  for (int s = 0; s < stage_count_; ++s) {
    if (!needed[static_cast<std::size_t>(s)]) continue;
    const double stage = 1.0 + static_cast<double>(graph::macs(graph_.stages[static_cast<std::size_t>(s)]));
    whole += stage;
    if (s >= split) cut.work += stage;
  }
  cut.work /= std::max(whole, 1.0);
  constexpr std::size_t max_outputs = 256;  // Chunk.slot has eight bits
  cut.usable = split >= graph::least_split(graph_) && cut.answer_bytes > 0 &&
               cut.shape.output_bytes.size() <= max_outputs && !cut.shape.tensors.empty() &&
               cut.shape.tensors.size() <= wire::max_tensors;
}

const TailShape* LoadedModel::tail(int split, int exit) const {
  const Cut& wanted = cut(split, exit);
  return wanted.usable ? &wanted.shape : nullptr;
}

Bytes LoadedModel::run(const Job& job) const {
  Bytes outputs(cut(job.split, job.exit).answer_bytes);
  runner_->run(job.split, job.exit, job.feature, outputs);
  return outputs;
}

void LoadedModel::warm_up() {
  for (int exit = 0; exit < exit_count_; ++exit) {
    Job job;
    job.exit = exit;
    job.feature.resize(cut(0, exit).feature_bytes);
    run(job);  // the first run also prepares
    const auto begin = std::chrono::steady_clock::now();
    run(job);
    const auto time = std::chrono::steady_clock::now() - begin;
    measured(0, exit,
             static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()));
  }
}

std::uint32_t LoadedModel::expected_us(int split, int exit) const {
  const std::uint32_t own = cut(split, exit).compute_us.load(std::memory_order_relaxed);
  if (own != 0) return own;
  return static_cast<std::uint32_t>(cut(split, exit).work *
                                    cut(0, exit).compute_us.load(std::memory_order_relaxed));
}

void LoadedModel::measured(int split, int exit, std::uint32_t compute_us) {
  std::atomic<std::uint32_t>& average = cut(split, exit).compute_us;
  const std::uint32_t old = average.load(std::memory_order_relaxed);
  const std::uint32_t now =
      old == 0 ? compute_us : static_cast<std::uint32_t>((3 * std::uint64_t{old} + compute_us) / 4);
  average.store(std::max(now, 1U), std::memory_order_relaxed);  // a lost update between threads does no harm
}

std::size_t LoadedModel::largest_feature_bytes() const {
  std::size_t largest = 0;
  for (int i = 0; i < (stage_count_ + 1) * exit_count_; ++i) {
    largest = std::max<std::size_t>(largest, cuts_[static_cast<std::size_t>(i)].feature_bytes);
  }
  return largest;
}

}  // namespace coinfer::serve
