// SPDX-License-Identifier: Apache-2.0
// What is said of a stage, what is made of it, and fit files of others: read or refused with their name.
#include "latency/fit.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "files/files.hpp"
#include "latency/features.hpp"
#include "latency/make_fit.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer::latency;
using nlohmann::json;

TEST(Features, OfAClassifier) {
  const coinfer::graph::Graph graph = tiny::load(tiny::classifier());
  ASSERT_EQ(stage_type(graph.stages[0]), "CONV_2D");
  const std::vector<double> conv = features(graph, graph.stages[0]);  // 6x6x2 to 6x6x4
  const auto& window = std::get<coinfer::Conv2d>(graph.stages[0].op).window;
  const double taps = 36.0 * window.height * window.width;
  ASSERT_EQ(conv.size(), feature_names.size());
  EXPECT_EQ(conv[0], 1.0);
  EXPECT_EQ(conv[1], taps * 2 * 4);
  EXPECT_EQ(conv[2], 36.0 * 4 * ((window.height * window.width * 2) % 16));
  EXPECT_EQ(conv[3], taps * 2);
  EXPECT_EQ(conv[4], taps);
  EXPECT_EQ(conv[5], 72.0);
  EXPECT_EQ(conv[6], 144.0);
  EXPECT_GT(conv[7], 0.0);
  const double filters = 4.0 * window.height * window.width / window.stride_height / window.stride_width;
  EXPECT_EQ(edgent_features(graph, graph.stages[0]), (std::vector<double>{1.0, 72.0, 0.0, filters}));
  ASSERT_EQ(stage_type(graph.stages[4]), "FULLY_CONNECTED");
  EXPECT_EQ(edgent_features(graph, graph.stages[4]), (std::vector<double>{1.0, 8.0, 3.0, 0.0}));
  EXPECT_EQ(edgent_features(graph, graph.stages[5]), (std::vector<double>{1.0, 3.0, 0.0, 0.0}));
}

LatencyFit example() {
  LatencyFit fit{"board", "portable", {"kws"}, {}, {}, {0.25, 0.5, 2.0}};
  const auto coefficients = [](double call, double macs) {
    std::vector<double> values(feature_names.size(), 0.0);
    values[0] = call;
    values[1] = macs;
    return values;
  };
  fit.types["CONV_2D"] = {9, coefficients(1.0, 0.5), {0.1, 0.75, 1.5}};
  fit.pooled = {20, coefficients(7.0, 0.0), {0.5, 0.25, 4.0}};
  return fit;
}

TEST(Fit, PredictsFromItsCoefficients) {
  const coinfer::graph::Graph graph = tiny::load(tiny::classifier());
  const std::vector<Prediction> predictions = predict(example(), graph);
  ASSERT_EQ(predictions.size(), graph.stages.size());
  const double conv = 1.0 + 0.5 * features(graph, graph.stages[0])[1];
  EXPECT_EQ(predictions[0].us, conv);
  EXPECT_EQ(predictions[0].low_us, conv * 0.75);
  EXPECT_EQ(predictions[0].high_us, conv * 1.5);
  EXPECT_EQ(predictions[5].us, 7.0);  // a type without a regression
  EXPECT_EQ(predictions[5].high_us, 28.0);
}

// Two networks of stages that all take 3 us + 0.01 us per feature 1, but one type that takes double.
std::vector<MeasuredStage> lawful() {
  std::vector<MeasuredStage> stages;
  for (std::size_t i = 0; i < 20; ++i) {
    const double macs = 100.0 * static_cast<double>(1 + i * i);
    std::vector<double> x(feature_names.size(), 0.0);
    x[0] = 1.0;
    x[1] = macs;
    const bool fast = i % 4 < 2;
    stages.push_back({fast ? "fast" : "slow",
                      i % 2,
                      x,
                      {1.0, 1.0 / macs, 0.0, 0.0},
                      (3.0 + 0.01 * macs) * (fast ? 1.0 : 2.0)});
  }
  return stages;
}

TEST(MakeFit, ReportsTheErrorsOfPredictionsThatWereHeldOut) {
  std::vector<MeasuredStage> stages = lawful();
  stages.push_back({"slow", 0, stages[0].features, stages[0].edgent, 0.0});
  const FitResult result = make_fit("board", "portable", {"a", "b"}, stages);
  EXPECT_TRUE(result.report.models_held_out);
  EXPECT_EQ(result.report.left_out, 1U);
  ASSERT_EQ(result.report.types.size(), 2U);
  EXPECT_EQ(result.report.types[0].type, "fast");
  EXPECT_EQ(result.report.types[0].stages, 10U);
  EXPECT_LT(result.report.stages.ours, 1e-6);
  EXPECT_LT(result.report.networks.ours, 1e-6);
  EXPECT_GT(result.report.stages.edgent, 0.2);  // what the time depends on is not among its features
  EXPECT_GT(result.report.stages.edgent_least_squares, result.report.stages.edgent);
  EXPECT_NEAR(result.fit.types.at("slow").coefficients[1], 0.02, 1e-6);
  EXPECT_NEAR(result.fit.pooled.spread.mape, 0.75, 0.01);  // half of it, or double
  const std::string text = report_text(result);
  EXPECT_NE(text.find("1 stages of 0 us are left out"), std::string::npos) << text;
  EXPECT_EQ(text.find('*'), std::string::npos) << text;
}

TEST(MakeFit, OneNetworkIsPredictedStageByStage) {
  std::vector<MeasuredStage> stages = lawful();
  for (MeasuredStage& stage : stages) stage.model = 0;
  stages.push_back({"rare", 0, stages[3].features, stages[3].edgent, 5000.0});
  const FitResult result = make_fit("board", "portable", {"a"}, stages);
  EXPECT_FALSE(result.report.models_held_out);
  EXPECT_NE(report_text(result).find("rare *"), std::string::npos) << report_text(result);
  const json report = json::parse(report_json(result));
  EXPECT_EQ(report["held_out"], "stage");
  EXPECT_EQ(report["types"]["rare"]["alone"], false);
  EXPECT_LT(report["types"]["slow"]["mape"].get<double>(), 1e-6);
  EXPECT_THROW(make_fit("board", "portable", {"a"}, {stages[0]}), std::invalid_argument);
}

class FitFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  std::string refusal(const json& file) const {
    write(file.dump());
    try {
      read(path_);
    } catch (const coinfer::files::FileError& error) {
      return error.what();
    }
    return "accepted";
  }

  const std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("fit-" + std::to_string(::getpid()) + ".json");
};

TEST_F(FitFile, ReadsWhatItWrote) {
  write(to_json(example()));
  EXPECT_EQ(to_json(read(path_)), to_json(example()));
}

TEST_F(FitFile, OnesThatAreNoneAreRefused) {
  const json good = json::parse(to_json(example()));
  const auto expect_refusal = [&](const char* about, const auto& damage) {
    json file = good;
    damage(file);
    const std::string message = refusal(file);
    EXPECT_EQ(message.rfind(path_.string() + ": ", 0), 0U) << message;
    EXPECT_NE(message.find(about), std::string::npos) << message;
  };
  const auto conv = [](json& f) -> json& { return f["types"]["CONV_2D"]; };
  expect_refusal("has format 2", [](json& f) { f["format"] = 2; });
  expect_refusal("'machine' is missing", [](json& f) { f.erase("machine"); });
  expect_refusal("'kernels' has control characters", [](json& f) { f["kernels"] = "a\nb"; });
  expect_refusal("'types' is no object", [](json& f) { f["types"] = {1, 2}; });
  expect_refusal("'coefficients_us' is missing", [&](json& f) { conv(f).erase("coefficients_us"); });
  expect_refusal("'macs' is missing", [&](json& f) { conv(f)["coefficients_us"].erase("macs"); });
  expect_refusal("'macs' is no coefficient", [&](json& f) { conv(f)["coefficients_us"]["macs"] = -1e-9; });
  expect_refusal("'macs' is no coefficient", [&](json& f) { conv(f)["coefficients_us"]["macs"] = nullptr; });
  expect_refusal("features that this program does not know",
                 [&](json& f) { conv(f)["coefficients_us"]["flops"] = 1; });
  expect_refusal("'samples' is no whole number", [&](json& f) { conv(f)["samples"] = -1; });
  expect_refusal("'p10_ratio' is no ratio", [&](json& f) { conv(f)["error"]["p10_ratio"] = 1.5; });
  expect_refusal("'p90_ratio' is no ratio", [&](json& f) { f["pooled"]["error"]["p90_ratio"] = 0.5; });
  expect_refusal("'models' is no list", [](json& f) { f["models"] = "kws"; });
  expect_refusal("'models' is no text", [](json& f) { f["models"] = {7}; });
  expect_refusal("'format' is missing", [](json& f) { f = json::array(); });
}

TEST_F(FitFile, DamagedOnesAreReadOrRefused) {
  const coinfer::graph::Graph graph = tiny::load(tiny::two_exits());
  const std::string good = to_json(example());
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 600; ++i) {
    std::string text = good;
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0 && !text.empty(); --changes) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = "9-e[{\"0\xff"[random() % 8];
      else
        text.erase(at, 1 + random() % 20);
    }
    write(text);
    try {
      for (const Prediction& stage : predict(read(path_), graph)) {
        ASSERT_TRUE(stage.us >= least_us && stage.us <= most_us);
        ASSERT_TRUE(stage.low_us <= stage.us && stage.us <= stage.high_us && stage.high_us <= most_us);
      }
    } catch (const coinfer::files::FileError& error) {
      ++refused;
      ASSERT_EQ(std::string(error.what()).rfind(path_.string() + ": ", 0), 0U) << error.what();
    }
  }
  EXPECT_GT(refused, 200);
}

}  // namespace
