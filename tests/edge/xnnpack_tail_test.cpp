// SPDX-License-Identifier: Apache-2.0
// XNNPACK tails of many stages: cutting the network anywhere gives the same bytes as not cutting it, and the
// answers agree with the golden ones as far as rounding allows (printed).
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"
#include "shared_models.hpp"
#include "tail/tail_runner.hpp"
#include "tail/xnnpack_graph.hpp"

namespace {

using coinfer::tail::XnnpackGraph;
using Bytes = std::vector<std::uint8_t>;
namespace graph = coinfer::graph;

class XnnpackTail : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(XnnpackTail);

std::vector<Bytes> records(const std::string& name, const char* folder) {
  std::vector<Bytes> all;
  for (int i = 0;; ++i) {
    const std::filesystem::path path =
        shared_models::directory() / name / folder / ((i < 10 ? "0" : "") + std::to_string(i) + ".bin");
    if (!std::filesystem::exists(path)) return all;
    all.push_back(shared_models::read_file(path));
  }
}

Bytes concatenated(const std::vector<Bytes>& by_tensor, const std::vector<std::int32_t>& tensors) {
  Bytes all;
  for (const std::int32_t t : tensors) {
    const Bytes& bytes = by_tensor[static_cast<std::size_t>(t)];
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return all;
}

TEST_P(XnnpackTail, CutAnywhereGivesTheSameBytes) {
  const graph::Graph g = graph::load_tflite_file(shared_models::model(GetParam()), {});
  const int exit = graph::exit_count(g) - 1;
  const int last = graph::stage_count(g);
  XnnpackGraph xnnpack(g);

  // The network in pieces of one stage, tensor by tensor.
  std::vector<Bytes> tensors(g.tensors.size());
  const Bytes input = records(GetParam(), "inputs").at(0);
  std::size_t at = 0;
  for (const std::int32_t index : g.inputs) {
    const auto bytes = static_cast<std::size_t>(graph::tensor_at(g, index).bytes());
    const auto begin = input.begin() + static_cast<std::ptrdiff_t>(at);
    tensors[static_cast<std::size_t>(index)] = Bytes(begin, begin + static_cast<std::ptrdiff_t>(bytes));
    at += bytes;
  }
  ASSERT_EQ(at, input.size());
  for (int s = 0; s < last; ++s) {
    const XnnpackGraph::Lease stage = xnnpack.lease(s, s + 1, exit);
    for (const std::int32_t t : stage->entering()) {
      std::copy(tensors[static_cast<std::size_t>(t)].begin(), tensors[static_cast<std::size_t>(t)].end(),
                stage->tensor(t));
    }
    ASSERT_TRUE(stage->run());
    for (const std::int32_t t : stage->leaving()) {
      const auto bytes = static_cast<std::size_t>(graph::tensor_at(g, t).bytes());
      tensors[static_cast<std::size_t>(t)] = Bytes(stage->tensor(t), stage->tensor(t) + bytes);
    }
  }

  // The tail of every split, twice: the second time from what the first one left behind.
  const auto tail = coinfer::tail::make_tail_runner(g, coinfer::tail::Kernels::xnnpack, 2);
  for (int split = 0; split < last; ++split) {
    const Bytes expected = concatenated(tensors, graph::answer_outputs(g, split, exit));
    const Bytes feature = concatenated(tensors, graph::crossing_tensors(g, split, exit));
    for (int repetition = 0; repetition < 2; ++repetition) {
      Bytes outputs(expected.size());
      tail->run(split, exit, feature, outputs);
      EXPECT_EQ(outputs, expected) << "split " << split;
    }
  }
}

int largest(const Bytes& scores) {
  int best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    if (static_cast<std::int8_t>(scores[i]) >
        static_cast<std::int8_t>(scores[static_cast<std::size_t>(best)])) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

TEST_P(XnnpackTail, AgreesWithGolden) {
  for (const bool single : {false, true}) {
    graph::LoadOptions options;
    options.rounding = single ? graph::RoundingRule::single_rounding : graph::RoundingRule::double_rounding;
    const graph::Graph g = graph::load_tflite_file(shared_models::model(GetParam()), options);
    const auto tail = coinfer::tail::make_tail_runner(g, coinfer::tail::Kernels::xnnpack, 1);
    const std::vector<Bytes> inputs = records(GetParam(), "inputs");
    const std::vector<Bytes> golden = records(GetParam(), single ? "outputs_sr" : "outputs");
    int same_top = 0;
    int equal = 0;
    int furthest = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      Bytes outputs(golden.at(i).size());
      tail->run(0, graph::exit_count(g) - 1, inputs[i], outputs);
      same_top += largest(outputs) == largest(golden[i]) ? 1 : 0;
      equal += outputs == golden[i] ? 1 : 0;
      for (std::size_t b = 0; b < outputs.size(); ++b) {
        const int d = static_cast<std::int8_t>(outputs[b]) - static_cast<std::int8_t>(golden[i][b]);
        furthest = std::max(furthest, std::abs(d));
      }
    }
    std::printf(
        "%s, %s rounding: %zu records, %d with the same largest output, %d equal, largest difference %d\n",
        GetParam().c_str(), single ? "single" : "double", inputs.size(), same_top, equal, furthest);
    // XNNPACK rounds once, as the single rule does; the double rule is another network to it, and networks
    // whose inputs are mere noise tip over at the least difference. A detector's largest byte is no answer.
    if (single && g.outputs.size() == 1 && golden[0].size() <= 1000) {
      EXPECT_GE(same_top * 10, static_cast<int>(inputs.size()) * 8);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(SharedModels, XnnpackTail, testing::ValuesIn(shared_models::names()),
                         [](const auto& instance) { return instance.param; });

TEST(XnnpackTail, SharedModelsArePresent) {
  if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
}

}  // namespace
