// SPDX-License-Identifier: Apache-2.0
#include "graph/split.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "graph/identity.hpp"
#include "graph/report.hpp"
#include "graph/tflite_loader.hpp"
#include "tiny_models.hpp"

namespace {

using namespace coinfer::graph;
using Names = std::vector<std::string>;

// Stages: 0 first, 1 mean0, 2 exit0, 3 second, 4 sum, 5 mean1, 6 exit1; outputs in the file: exit1, exit0.
Graph load(const std::string& exits) {
  return load_tflite(tiny::two_exits().bytes(), {"two_exits", {}, exits});
}

Names names(const Graph& graph, const std::vector<std::int32_t>& tensors) {
  Names result;
  for (const std::int32_t tensor : tensors) result.push_back(tensor_at(graph, tensor).name);
  return result;
}

std::string refusal(const std::string& exits) {
  try {
    load(exits);
  } catch (const ImportError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Split, NeedsOnlyWhatTheExitDependsOn) {
  const Graph graph = load("exit0;exit1");
  EXPECT_EQ(needed_stages(graph, 0), (std::vector<bool>{true, true, true, false, false, false, false}));
  EXPECT_EQ(needed_stages(graph, 1), (std::vector<bool>{true, false, false, true, true, true, true}));
}

TEST(Split, CrossingTensorsAreReadByTheTailAndMadeByTheHead) {
  const Graph graph = load("exit0;exit1");
  EXPECT_EQ(names(graph, crossing_tensors(graph, 0, 1)), Names{"input"});
  EXPECT_EQ(names(graph, crossing_tensors(graph, 1, 1)), Names{"first"});
  EXPECT_EQ(names(graph, crossing_tensors(graph, 2, 1)), Names{"first"});  // mean0 is of no use to exit1
  EXPECT_EQ(names(graph, crossing_tensors(graph, 4, 1)), (Names{"first", "second"}));
  EXPECT_EQ(names(graph, crossing_tensors(graph, 5, 1)), Names{"sum"});
  EXPECT_EQ(names(graph, crossing_tensors(graph, 7, 1)), Names{});
  EXPECT_EQ(names(graph, crossing_tensors(graph, 2, 0)), Names{"mean0"});
  EXPECT_EQ(names(graph, crossing_tensors(graph, 3, 0)), Names{});
}

TEST(Split, AnswerHoldsTheTailsOutputsInGraphOrder) {
  const Graph one_exit = load("");
  EXPECT_EQ(names(one_exit, answer_outputs(one_exit, 0, 0)), (Names{"exit1", "exit0"}));
  EXPECT_EQ(names(one_exit, answer_outputs(one_exit, 3, 0)), Names{"exit1"});  // the head has made exit0
  EXPECT_FALSE(exit_in_head(one_exit, 3, 0));
  EXPECT_TRUE(exit_in_head(one_exit, 7, 0));
  EXPECT_TRUE(exit_in_head(load("exit0;exit1"), 3, 0));
}

TEST(Split, IsANumberOrTheTensorAfterWhichToCut) {
  const Graph graph = load("");
  EXPECT_EQ(parse_split(graph, "0"), 0);
  EXPECT_EQ(parse_split(graph, "7"), 7);
  EXPECT_EQ(parse_split(graph, "input"), 0);
  EXPECT_EQ(parse_split(graph, "first"), 1);
  EXPECT_EQ(parse_split(graph, "exit1"), 7);
  for (const char* wrong : {"8", "-1", "", "2x", "nothing", "99999999999"}) {
    EXPECT_THROW(parse_split(graph, wrong), std::invalid_argument) << wrong;
  }
}

TEST(Split, AmbiguousNameIsRefused) {
  tiny::ModelBuilder b = tiny::two_exits();
  b.tensor_named("second").name = "first";
  EXPECT_THROW(parse_split(load_tflite(b.bytes(), {}), "first"), std::invalid_argument);
}

TEST(Exits, GroupOutputsByNameOrPosition) {
  using Exits = std::vector<std::vector<std::int32_t>>;
  EXPECT_EQ(load("").exits, (Exits{{0, 1}}));
  EXPECT_EQ(load("exit0;exit1").exits, (Exits{{1}, {0}}));
  EXPECT_EQ(load("1;0").exits, (Exits{{1}, {0}}));
  EXPECT_EQ(load("exit0,exit1").exits, (Exits{{0, 1}}));
}

TEST(Exits, WrongGroupsAreRefused) {
  EXPECT_NE(refusal("exit0").find("every output must be in one exit"), std::string::npos);
  EXPECT_NE(refusal("exit0;exit0;exit1").find("'exit0' is named twice"), std::string::npos);
  EXPECT_NE(refusal("exit0;other").find("outputs are 0 = 'exit1', 1 = 'exit0'"), std::string::npos);
  EXPECT_NE(refusal("exit0;").find("does not begin with an output"), std::string::npos);
  EXPECT_NE(refusal("exit1;exit0").find("list exits by depth"), std::string::npos);
}

TEST(Exits, NamesMayHoldSeparators) {
  tiny::ModelBuilder b = tiny::two_exits();
  b.tensor_named("exit0").name = "a;b,c";
  const Graph graph = load_tflite(b.bytes(), {"", {}, "a;b,c;exit1"});
  EXPECT_EQ(graph.exits, (std::vector<std::vector<std::int32_t>>{{1}, {0}}));
}

TEST(Identity, IsTheHashOfFileRoundingExitsAndStages) {
  const tiny::Bytes bytes = tiny::two_exits().bytes();
  const Graph graph = load_tflite(bytes, {"", RoundingRule::single_rounding, "exit0;exit1"});
  std::string expected = "coinfer model 1\nfile " + hexadecimal(sha256(bytes)) + "\nrounding single\n";
  const auto number = [&](const std::string& name) {
    for (const Tensor& tensor : graph.tensors) {
      if (tensor.name == name) return std::to_string(tensor.file_index);
    }
    return std::string("?");
  };
  expected += "exits " + number("exit0") + ";" + number("exit1") + "\n";
  expected += "CONV_2D " + number("input") + " " + number("first") + "\n";
  expected += "MEAN " + number("first") + " " + number("mean0") + "\n";
  expected += "FULLY_CONNECTED " + number("mean0") + " " + number("exit0") + "\n";
  expected += "CONV_2D " + number("first") + " " + number("second") + "\n";
  expected += "ADD " + number("first") + "," + number("second") + " " + number("sum") + "\n";
  expected += "MEAN " + number("sum") + " " + number("mean1") + "\n";
  expected += "FULLY_CONNECTED " + number("mean1") + " " + number("exit1") + "\n";
  EXPECT_EQ(identity_text(graph), expected);
  EXPECT_EQ(graph.identity,
            sha256({reinterpret_cast<const std::uint8_t*>(expected.data()), expected.size()}));
}

TEST(Identity, ChangesWithRoundingAndExits) {
  const auto identity = [](RoundingRule rounding, const char* exits) {
    return load_tflite(tiny::two_exits().bytes(), {"", rounding, exits}).identity;
  };
  const auto plain = identity(RoundingRule::double_rounding, "");
  EXPECT_EQ(plain, identity(RoundingRule::double_rounding, "0,1"));
  EXPECT_NE(plain, identity(RoundingRule::single_rounding, ""));
  EXPECT_NE(plain, identity(RoundingRule::double_rounding, "exit0;exit1"));
}

TEST(Sha256, OfAKnownText) {
  const std::uint8_t abc[] = {'a', 'b', 'c'};
  EXPECT_EQ(hexadecimal(sha256(abc)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Report, CountsWhatCrossesAndWhatADeviceNeeds) {
  const Graph graph = load("exit0;exit1");
  const ArenaPlan arena = plan_arena(graph);
  const Report report = make_report(graph, arena);
  ASSERT_EQ(report.splits.size(), 8U);
  EXPECT_EQ(report.splits[0].feature_bytes, (std::vector<std::int64_t>{32, 32}));
  EXPECT_EQ(report.splits[4].feature_bytes, (std::vector<std::int64_t>{0, 64}));
  EXPECT_EQ(report.splits[4].tensors, (Names{"first", "second"}));
  EXPECT_EQ(report.splits[2].fallback, "none");
  EXPECT_EQ(report.splits[3].fallback, "exit");
  EXPECT_EQ(report.splits[7].fallback, "full");
  EXPECT_EQ(report.splits[0].device_flash_bytes, 0);
  EXPECT_EQ(report.splits[1].device_flash_bytes, 36 + 8 + 5);  // filter, bias, one multiplier and shift
  EXPECT_EQ(report.stages[0].macs, 4 * 4 * 2 * 9 * 2);
  EXPECT_EQ(report.stages[3].live_bytes, 32 + 32 + 3);  // first, second and the finished exit0
  EXPECT_GE(report.ram_bytes(), arena.bytes);
  const std::string text = report_text(report);
  EXPECT_NE(text.find("exit 0   'exit0' 1x3 int8"), std::string::npos) << text;
  EXPECT_NE(report_json(report).find("\"format\": 1"), std::string::npos);
}

}  // namespace
