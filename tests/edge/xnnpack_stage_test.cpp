// SPDX-License-Identifier: Apache-2.0
// Every stage that XNNPACK runs, alone, given the golden inputs of record 0: at most 1 LSB from the golden
// output.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "coinfer_kernels/xnnpack/plan.hpp"
#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"
#include "shared_models.hpp"
#include "tail/graph_network.hpp"

namespace {

using coinfer::graph::Graph;
using coinfer::kernels::xnnpack::Backend;
using coinfer::kernels::xnnpack::Plan;

class XnnpackStage : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(XnnpackStage);

struct Difference {
  int largest = 0;
  int elements = 0;
  int different = 0;
};

Difference compare(const std::uint8_t* actual, const std::vector<std::uint8_t>& golden) {
  Difference difference;
  for (std::size_t i = 0; i < golden.size(); ++i) {
    const int d = std::abs(static_cast<std::int8_t>(actual[i]) - static_cast<std::int8_t>(golden[i]));
    difference.largest = std::max(difference.largest, d);
    difference.different += d != 0 ? 1 : 0;
    ++difference.elements;
  }
  return difference;
}

// What XNNPACK always has: falling back to our kernels there would cost speed without anybody noticing.
bool has_arithmetic_operator(const coinfer::graph::Stage& stage) {
  return std::holds_alternative<coinfer::Conv2d>(stage.op) ||
         std::holds_alternative<coinfer::Add>(stage.op) ||
         std::holds_alternative<coinfer::DepthwiseConv2d>(stage.op) ||
         std::holds_alternative<coinfer::FullyConnected>(stage.op);
}

TEST_P(XnnpackStage, WithinOneOfGolden) {
  const Graph graph = coinfer::graph::load_tflite_file(shared_models::model(GetParam()), {});
  const Backend backend(coinfer::tail::describe(graph));
  int on_xnnpack = 0;
  int differing = 0;
  int elements = 0;
  for (int s = 0; s < coinfer::graph::stage_count(graph); ++s) {
    const coinfer::graph::Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    if (!backend.runs(s)) {
      EXPECT_FALSE(has_arithmetic_operator(stage))
          << "stage " << s << " " << stage.name << " is not on XNNPACK";
      continue;
    }
    ++on_xnnpack;
    const std::unique_ptr<Plan> plan = backend.plan({s}, {stage.output});
    ASSERT_NE(plan, nullptr) << stage.name;
    for (const std::int32_t input : stage.inputs) {
      const std::vector<std::uint8_t> golden =
          shared_models::tensor(GetParam(), coinfer::graph::tensor_at(graph, input).file_index);
      ASSERT_EQ(static_cast<std::int64_t>(golden.size()), coinfer::graph::tensor_at(graph, input).bytes());
      std::copy(golden.begin(), golden.end(), plan->tensor(input));
    }
    ASSERT_TRUE(plan->run(
        [](std::int32_t stage_index) { FAIL() << "stage " << stage_index << " left to the caller"; }));
    const std::vector<std::uint8_t> golden =
        shared_models::tensor(GetParam(), coinfer::graph::tensor_at(graph, stage.output).file_index);
    ASSERT_FALSE(golden.empty());
    const Difference difference = compare(plan->tensor(stage.output), golden);
    EXPECT_LE(difference.largest, 1) << "stage " << s << " " << stage.name;
    differing += difference.different;
    elements += difference.elements;
  }
  std::printf("%s: %d of %d stages on XNNPACK, %d of %d elements differ by 1\n", GetParam().c_str(),
              on_xnnpack, coinfer::graph::stage_count(graph), differing, elements);
  EXPECT_GT(on_xnnpack, 0);
}

INSTANTIATE_TEST_SUITE_P(SharedModels, XnnpackStage, testing::ValuesIn(shared_models::names()),
                         [](const auto& instance) { return instance.param; });

TEST(XnnpackStage, SharedModelsArePresent) {
  if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
}

}  // namespace
