// SPDX-License-Identifier: Apache-2.0
// Whole real networks, and every way to cut them, against golden outputs that another runtime made.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"

namespace {

using namespace coinfer::graph;
namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

const fs::path models = fs::path(COINFER_SHARED_DIR) / "models";

// Kernels of the reference set need seconds for the largest models: fewer records and splits there, unless
// COINFER_FULL is set.
constexpr std::int64_t heavy_macs = 50'000'000;
bool thorough() { return std::getenv("COINFER_FULL") != nullptr; }

Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Names of the models in the folder that the importer has to accept.
std::vector<std::string> supported_models() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(models, error)) {
    const std::string name = entry.path().filename().string();
    if (fs::exists(entry.path() / "model.tflite") && name != "tum_cifar10") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void expect_equal(const Bytes& expected, std::span<const std::uint8_t> actual, const std::string& what) {
  ASSERT_EQ(expected.size(), actual.size()) << what;
  const auto [at, _] = std::mismatch(expected.begin(), expected.end(), actual.begin());
  const auto index = static_cast<std::size_t>(at - expected.begin());
  EXPECT_EQ(at, expected.end()) << what << ": first difference at byte " << index << ", expected " << int{*at}
                                << ", got " << int{actual[std::min(index, actual.size() - 1)]};
}

using Case = std::tuple<std::string, KernelSet, RoundingRule>;

class GoldenModel : public testing::TestWithParam<Case> {
 protected:
  fs::path folder() const { return models / std::get<0>(GetParam()); }
  KernelSet kernels() const { return std::get<1>(GetParam()); }
  RoundingRule rounding() const { return std::get<2>(GetParam()); }
  Graph load(const std::string& exits = "") const {
    return load_tflite_file(folder() / "model.tflite", {"", rounding(), exits});
  }
  Bytes expected(const std::string& record) const {
    return read(folder() / (rounding() == RoundingRule::double_rounding ? "outputs" : "outputs_sr") / record);
  }
  bool shortened(const Graph& graph) const {
    return kernels() == KernelSet::reference && macs_to_make(graph, graph.outputs) > heavy_macs &&
           !thorough();
  }

  // Head and tail in executors of their own at every split: nothing but the crossing tensors goes over.
  void check_splits(const Graph& graph, int exit, const Bytes& input, const Bytes& golden) const {
    Executor head(graph, kernels());
    load_record(head, graph, input);
    for (int split = 0; split <= stage_count(graph); ++split) {
      if (split > 0) head.run(split - 1, split, exit);
      if (shortened(graph) && split % 16 != 0) continue;
      Executor tail(graph, kernels());
      for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        std::ranges::fill(tail.tensor(static_cast<std::int32_t>(t)), std::uint8_t{0x5a});
      }
      for (const std::int32_t tensor : crossing_tensors(graph, split, exit)) {
        std::ranges::copy(head.tensor(tensor), tail.tensor(tensor).begin());
      }
      tail.run(split, stage_count(graph), exit);
      Bytes answer;
      const std::vector<std::int32_t> from_tail = answer_outputs(graph, split, exit);
      for (const std::int32_t output : exit_outputs(graph, exit)) {
        const bool in_tail = std::ranges::find(from_tail, output) != from_tail.end();
        const auto bytes = (in_tail ? tail : head).tensor(output);
        answer.insert(answer.end(), bytes.begin(), bytes.end());
      }
      expect_equal(golden, answer, "exit " + std::to_string(exit) + ", split " + std::to_string(split));
    }
  }
};
class GoldenStages : public GoldenModel {};
class GoldenExits : public GoldenModel {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenModel);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenStages);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenExits);

TEST_P(GoldenModel, WholeNetworkGivesGoldenOutputs) {
  const Graph graph = load();
  Executor executor(graph, kernels());
  int records = 0;
  for (const auto& entry : fs::directory_iterator(folder() / "inputs")) {
    const std::string record = entry.path().filename().string();
    if (shortened(graph) && record != "00.bin") continue;
    load_record(executor, graph, read(entry.path()));
    executor.run(0, stage_count(graph), 0);
    expect_equal(expected(record), output_record(executor, graph, 0), record);
    ++records;
  }
  EXPECT_GT(records, 0);
}

// Golden tensors inside the network are of double rounding.
TEST_P(GoldenStages, EveryStageGivesTheGoldenTensor) {
  const Graph graph = load();
  Executor executor(graph, kernels());
  load_record(executor, graph, read(folder() / "inputs" / "00.bin"));
  executor.run(0, stage_count(graph), 0);
  for (const Stage& stage : graph.stages) {
    std::string file("t");
    file.append(std::to_string(tensor_at(graph, stage.output).file_index)).append(".bin");
    expect_equal(read(folder() / "tensors_rec00" / file), executor.tensor(stage.output), stage.name);
  }
}

TEST_P(GoldenModel, HeadAndTailGiveGoldenOutputsAtEverySplit) {
  const Graph graph = load();
  check_splits(graph, 0, read(folder() / "inputs" / "00.bin"), expected("00.bin"));
}

TEST_P(GoldenExits, EveryOutputAsAnExitGivesItsGoldenOutput) {
  Graph graph = load();
  std::vector<std::size_t> by_depth(graph.outputs.size());
  for (std::size_t i = 0; i < by_depth.size(); ++i) by_depth[i] = i;
  std::ranges::stable_sort(by_depth, {}, [&](std::size_t i) {
    return macs_to_make(graph, {&graph.outputs[i], 1});
  });
  std::string exits;
  for (const std::size_t i : by_depth) exits.append(exits.empty() ? 0 : 1, ';').append(std::to_string(i));
  graph = load(exits);
  const Bytes golden = expected("00.bin");
  for (std::size_t e = 0; e < by_depth.size(); ++e) {
    const auto before = static_cast<std::ptrdiff_t>(bytes_of(graph, {graph.outputs.data(), by_depth[e]}));
    const auto bytes = static_cast<std::ptrdiff_t>(output_tensor(graph, by_depth[e]).bytes());
    const Bytes part(golden.begin() + before, golden.begin() + before + bytes);
    check_splits(graph, static_cast<int>(e), read(folder() / "inputs" / "00.bin"), part);
  }
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  const bool reference = std::get<1>(info.param) == KernelSet::reference;
  const bool twice = std::get<2>(info.param) == RoundingRule::double_rounding;
  return std::get<0>(info.param) + (reference ? "_reference" : "_portable") + (twice ? "_double" : "_single");
}

std::vector<std::string> models_of_several_outputs() {
  std::vector<std::string> names = supported_models();
  std::erase_if(names, [](const std::string& name) {
    return load_tflite_file(models / name / "model.tflite", {}).outputs.size() < 2;
  });
  return names;
}

const auto both_sets = testing::Values(KernelSet::reference, KernelSet::portable);
const auto both_rules = testing::Values(RoundingRule::double_rounding, RoundingRule::single_rounding);
INSTANTIATE_TEST_SUITE_P(Models, GoldenModel,
                         testing::Combine(testing::ValuesIn(supported_models()), both_sets, both_rules),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Models, GoldenStages,
                         testing::Combine(testing::ValuesIn(supported_models()), both_sets,
                                          testing::Values(RoundingRule::double_rounding)),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Models, GoldenExits,
                         testing::Combine(testing::ValuesIn(models_of_several_outputs()), both_sets,
                                          both_rules),
                         case_name);

TEST(GoldenModels, AllAreThere) {
  if (!fs::exists(models)) GTEST_SKIP() << models << " is not there";
  EXPECT_EQ(supported_models().size(), 16U);
}

TEST(GoldenModels, FloatModelIsRefusedWithTheTensorsName) {
  const fs::path file = models / "tum_cifar10" / "model.tflite";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there";
  try {
    load_tflite_file(file, {});
    FAIL() << "accepted";
  } catch (const ImportError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("'input_1' (1x32x32x3 float32) is not int16, int8"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

}  // namespace
