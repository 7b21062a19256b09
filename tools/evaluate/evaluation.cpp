// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>

#include "evaluate/metrics.hpp"
#include "graph/split.hpp"
#include "run/inference.hpp"
#include "run/progress.hpp"

namespace coinfer::evaluate {
namespace {

const graph::Tensor& output_of(const graph::Graph& graph, int exit) {
  return graph::tensor_at(graph, graph::exit_outputs(graph, exit).front());
}

// By record; each written by the one thread that took the record.
struct Answers {
  std::vector<int> top;
  std::vector<int> other_top;
  std::vector<double> score;  // reconstruction error
  std::atomic<std::int64_t> busy_us{0};

  explicit Answers(std::size_t count) : top(count), other_top(count), score(count) {}
};

class ExitEvaluation {
 public:
  ExitEvaluation(const graph::Graph& graph, const run::Records& records, const Setup& setup, int exit,
                 run::Progress& progress)
      : graph_(graph),
        records_(records),
        setup_(setup),
        exit_(exit),
        progress_(progress),
        answers_(records.count()) {}

  ExitResult run(const std::vector<int>& labels) {
    // What a stage remembers is of the records before it, in their order.
    const unsigned threads = graph::least_split(graph_) > 0 ? 1 : setup_.threads;
    std::vector<std::future<void>> workers;
    for (unsigned t = 0; t < threads; ++t)
      workers.push_back(std::async(std::launch::async, [this] { work(); }));
    for (std::future<void>& worker : workers) worker.get();
    ExitResult result;
    result.exit = exit_;
    result.ms_per_record =
        static_cast<double>(answers_.busy_us) / 1e3 / static_cast<double>(records_.count());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      result.right += answers_.top[i] == labels[i] ? 1 : 0;
      result.agreeing += answers_.top[i] == answers_.other_top[i] ? 1 : 0;
    }
    result.value = setup_.metric == Metric::auc
                       ? area_under_roc(answers_.score, labels)
                       : static_cast<double>(result.right) / static_cast<double>(labels.size());
    return result;
  }

 private:
  void work() {
    run::Inference inference(graph_, setup_.kernels, setup_.split, exit_);
    std::optional<run::Inference> other;
    if (setup_.other_kernels) other.emplace(graph_, *setup_.other_kernels, setup_.split, exit_);
    for (std::size_t i = next_++; i < records_.count(); i = next_++) {
      const auto start = std::chrono::steady_clock::now();
      const std::vector<float> output = real_values(output_of(graph_, exit_), inference.infer(records_[i]));
      const auto time = std::chrono::steady_clock::now() - start;
      answers_.busy_us += std::chrono::duration_cast<std::chrono::microseconds>(time).count();
      if (setup_.metric == Metric::auc) {
        const graph::Tensor& input = graph::tensor_at(graph_, graph_.inputs[0]);
        answers_.score[i] = mean_squared_difference(real_values(input, records_[i]), output);
      } else {
        answers_.top[i] = arg_max(output);
      }
      if (other)
        answers_.other_top[i] = arg_max(real_values(output_of(graph_, exit_), other->infer(records_[i])));
      progress_.step();
    }
  }

  const graph::Graph& graph_;
  const run::Records& records_;
  const Setup& setup_;
  int exit_;
  run::Progress& progress_;
  Answers answers_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace

void check_metric(const graph::Graph& graph, Metric metric) {
  for (int exit = 0; exit < graph::exit_count(graph); ++exit) {
    const std::vector<std::int32_t> outputs = graph::exit_outputs(graph, exit);
    if (outputs.size() != 1) {
      throw std::invalid_argument("exit " + std::to_string(exit) + " of " + graph.name + " has " +
                                  std::to_string(outputs.size()) +
                                  " outputs, the metric needs one; group them with --exits");
    }
    const bool mirrors =
        graph.inputs.size() == 1 &&
        graph::tensor_at(graph, graph.inputs[0]).shape.elements() == output_of(graph, exit).shape.elements();
    if (metric == Metric::auc && !mirrors) {
      throw std::invalid_argument("--metric auc: exit " + std::to_string(exit) + " of " + graph.name +
                                  " does not reconstruct the input, their sizes differ");
    }
  }
}

std::vector<ExitResult> evaluate(const graph::Graph& graph, const run::Records& records,
                                 const std::vector<int>& labels, const Setup& setup) {
  run::Progress progress(records.count() * graph.exits.size(), "records");
  std::vector<ExitResult> results;
  for (int exit = 0; exit < graph::exit_count(graph); ++exit) {
    results.push_back(ExitEvaluation(graph, records, setup, exit, progress).run(labels));
  }
  return results;
}

}  // namespace coinfer::evaluate
