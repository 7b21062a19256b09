// SPDX-License-Identifier: Apache-2.0
// Networks of one operator, cut out of the MLPerf Tiny models, against what TensorFlow Lite Micro's reference
// kernels give for random input: X.tflite, X.in.bin, X.out_dr.bin (double rounding), X.out_sr.bin (single).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "graph/executor.hpp"
#include "graph/tflite_loader.hpp"

namespace {

using namespace coinfer::graph;
namespace fs = std::filesystem;

const fs::path layers = fs::path(COINFER_SHARED_DIR) / "models" / "layers";

std::vector<std::string> layer_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(layers, error)) {
    if (entry.path().extension() == ".tflite") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::uint8_t> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

using Case = std::tuple<std::string, KernelSet, RoundingRule>;

std::string case_name(const testing::TestParamInfo<Case>& info) {
  const auto& [layer, kernels, rounding] = info.param;
  return layer + (kernels == KernelSet::reference ? "_reference" : "_portable") +
         (rounding == RoundingRule::double_rounding ? "_double" : "_single");
}

class GoldenLayer : public testing::TestWithParam<Case> {};

TEST_P(GoldenLayer, SameBytesAsTheReferenceRuntime) {
  const auto& [layer, kernels, rounding] = GetParam();
  LoadOptions options;
  options.rounding = rounding;
  const Graph graph = load_tflite_file(layers / (layer + ".tflite"), options);
  Executor executor(graph, kernels);

  const auto inputs = read(layers / (layer + ".in.bin"));
  const auto expected =
      read(layers / (layer + (rounding == RoundingRule::double_rounding ? ".out_dr.bin" : ".out_sr.bin")));
  const auto in_bytes = static_cast<std::size_t>(input_record_bytes(graph));
  const auto out_bytes = static_cast<std::size_t>(output_record_bytes(graph, 0));
  const std::size_t records = inputs.size() / in_bytes;
  ASSERT_GT(records, 0U);
  ASSERT_EQ(inputs.size(), records * in_bytes);
  ASSERT_EQ(expected.size(), records * out_bytes);

  for (std::size_t r = 0; r < records; ++r) {
    load_record(executor, graph, std::span(inputs).subspan(r * in_bytes, in_bytes));
    executor.run(0, static_cast<int>(graph.stages.size()), 0);
    const auto actual = output_record(executor, graph, 0);
    const auto golden = std::span(expected).subspan(r * out_bytes, out_bytes);
    const auto [at, _] = std::mismatch(golden.begin(), golden.end(), actual.begin());
    ASSERT_EQ(at, golden.end()) << "record " << r << ", byte " << at - golden.begin();
  }
}

INSTANTIATE_TEST_SUITE_P(Shared, GoldenLayer,
                         testing::Combine(testing::ValuesIn(layer_names()),
                                          testing::Values(KernelSet::reference, KernelSet::portable),
                                          testing::Values(RoundingRule::double_rounding,
                                                          RoundingRule::single_rounding)),
                         case_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenLayer);

// Keeps a run without the models, or with only some of them, from looking like success.
TEST(GoldenLayers, AreThere) {
  if (!fs::exists(layers)) GTEST_SKIP() << "no " << layers;
  EXPECT_EQ(layer_names().size(), 70U);
}

}  // namespace
