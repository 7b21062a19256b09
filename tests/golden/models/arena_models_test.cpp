// SPDX-License-Identifier: Apache-2.0
// How much memory real networks need as planned; prints it beside the least possible, what tensors need that
// do not overlap, and the arena of TensorFlow Lite Micro's greedy planner.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "graph/arena.hpp"
#include "graph/packing.hpp"
#include "graph/tflite_loader.hpp"

namespace {

using namespace coinfer::graph;
namespace fs = std::filesystem;

struct Case {
  const char* model;
  double tflm_kib;     // arena of TensorFlow Lite Micro, greedy planner
  std::int32_t limit;  // bytes: what the arena may need
};

constexpr Case cases[] = {
    {"emza_ssd_slim", 352.7, 157'000},
    {"maix_mbnet96", 111.1, 38'000},
    {"maix_mnist_arduino", 4.1, 850},
    {"maix_mnist_resnet", 7.7, 2'800},
    {"mlperf_ad_fc", 4.6, 768},
    {"mlperf_ic_resnet8", 55.7, 34'500},
    {"mlperf_ic_resnet8_large", 131.6, 86'500},
    {"mlperf_kws_dscnn", 24.7, 12'000},
    {"mlperf_vww_mbv1_025", 102.2, 38'000},
    {"nxp_yolo_face", 200.1, 85'000},
    {"tflm_hello_world", 2.4, 32},
    {"tflm_micro_speech", 8.4, 4'200},
    {"tflm_person_detect", 84.3, 38'000},
    {"coral_tf2_mobilenet_v2_ptq", 1628.2, 1'225'000},
    {"mcunet_vww", 220.7, 78'500},
    {"mltk_rock_paper_scissors", 135.7, 109'000},
};

TEST(ArenaOfModels, NeedsLittleMoreThanTheLargestStage) {
  std::printf("%-28s %9s %9s %9s %9s %9s\n", "arena, bytes", "rows", "channels", "least", "apart", "TFLM");
  int found = 0;
  for (const Case& c : cases) {
    const fs::path file = fs::path(COINFER_SHARED_DIR) / "models" / c.model / "model.tflite";
    if (!fs::exists(file)) continue;
    ++found;
    const Graph graph = load_tflite_file(file, {});
    const ArenaPlan rows = plan_arena(graph);
    const ArenaPlan channels = plan_arena(graph, {4, coinfer::DepthwiseOrder::channels});
    std::printf("%-28s %9d %9d %9d %9lld %9.0f\n", c.model, rows.bytes, channels.bytes, rows.least,
                static_cast<long long>(peak_live_bytes(graph)), c.tflm_kib * 1024);
    EXPECT_LE(rows.bytes, c.limit) << c.model;
    EXPECT_LE(channels.bytes, c.limit) << c.model;
  }
  if (found == 0) GTEST_SKIP() << "the models are not there";
}

}  // namespace
