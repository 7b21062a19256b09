// SPDX-License-Identifier: Apache-2.0
#include "graph/executor.hpp"

#include <algorithm>
#include <cstring>

#include "graph/split.hpp"
#include "graph/stage_runner.hpp"

namespace coinfer::graph {

struct Executor::Storage {
  const Graph& graph;
  RunStage* run_stage;
  std::vector<std::unique_ptr<std::uint8_t[]>> bytes;  // by tensor
  std::vector<std::uint8_t*> pointers;                 // the same
  std::vector<std::vector<bool>> needed;               // by exit and stage
  std::vector<std::uint64_t> scratch;
  std::vector<std::vector<std::uint64_t>> states;  // by stage
};

Executor::Executor(const Graph& graph, KernelSet kernels)
    : storage_(new Storage{graph, stage_runner(kernels, graph.rounding), {}, {}, {}, {}, {}}) {
  for (const Tensor& tensor : graph.tensors) {
    storage_->bytes.push_back(
        std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(tensor.bytes()) + slack));
    storage_->pointers.push_back(storage_->bytes.back().get());
  }
  for (int exit = 0; exit < exit_count(graph); ++exit) storage_->needed.push_back(needed_stages(graph, exit));
  const auto units = [](std::int32_t bytes) {
    return (static_cast<std::size_t>(bytes) + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
  };
  for (const Stage& stage : graph.stages) storage_->states.emplace_back(units(state_bytes(stage)));
  std::int32_t scratch_bytes = 0;
  for (const Stage& stage : graph.stages) {
    scratch_bytes = std::max(scratch_bytes, stage_scratch_bytes(kernels, stage));
  }
  storage_->scratch.resize(units(scratch_bytes));
}

Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;

std::span<std::uint8_t> Executor::tensor(std::int32_t index) {
  return {storage_->pointers.at(static_cast<std::size_t>(index)),
          static_cast<std::size_t>(tensor_at(storage_->graph, index).bytes())};
}

std::span<const std::uint8_t> Executor::tensor(std::int32_t index) const {
  return {storage_->pointers.at(static_cast<std::size_t>(index)),
          static_cast<std::size_t>(tensor_at(storage_->graph, index).bytes())};
}

void Executor::clear() {
  for (std::size_t t = 0; t < storage_->bytes.size(); ++t) {
    std::ranges::fill(tensor(static_cast<std::int32_t>(t)), std::uint8_t{0});
  }
  std::ranges::fill(storage_->scratch, std::uint64_t{0});
  for (auto& state : storage_->states) std::ranges::fill(state, std::uint64_t{0});
}

void Executor::run_stage(int stage) {
  Storage& s = *storage_;
  const Scratch scratch{s.scratch.data(),
                        static_cast<std::int32_t>(s.scratch.size() * sizeof(std::uint64_t))};
  auto* state = reinterpret_cast<std::uint8_t*>(s.states.at(static_cast<std::size_t>(stage)).data());
  s.run_stage(s.graph, s.graph.stages[static_cast<std::size_t>(stage)], s.pointers, state, scratch);
}

void Executor::run(int first, int last, int exit) {
  const std::vector<bool>& needed = storage_->needed.at(static_cast<std::size_t>(exit));
  for (int stage = first; stage < last; ++stage) {
    if (needed.at(static_cast<std::size_t>(stage))) run_stage(stage);
  }
}

std::int64_t input_record_bytes(const Graph& graph) { return bytes_of(graph, graph.inputs); }

std::int64_t output_record_bytes(const Graph& graph, int exit) {
  return bytes_of(graph, exit_outputs(graph, exit));
}

void load_record(Executor& executor, const Graph& graph, std::span<const std::uint8_t> record) {
  for (const std::int32_t input : graph.inputs) {
    const std::span<std::uint8_t> to = executor.tensor(input);
    std::copy_n(record.begin(), to.size(), to.begin());
    record = record.subspan(to.size());
  }
}

std::vector<std::uint8_t> output_record(const Executor& executor, const Graph& graph, int exit) {
  std::vector<std::uint8_t> record;
  for (const std::int32_t output : exit_outputs(graph, exit)) {
    const std::span<const std::uint8_t> from = executor.tensor(output);
    record.insert(record.end(), from.begin(), from.end());
  }
  return record;
}

}  // namespace coinfer::graph
