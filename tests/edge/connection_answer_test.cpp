// SPDX-License-Identifier: Apache-2.0
// Answers of an exact edge peer equal the golden outputs at every split and exit, however the feature is
// chunked.
#include <gtest/gtest.h>

#include <numeric>

#include "edge_fixture.hpp"

namespace {

using namespace edge_fixture;

// Models that run fast and between them have several inputs of a stage, outputs and tensors that cross.
const std::vector<std::string> fast = {"mlperf_kws_dscnn", "mlperf_ic_resnet8", "mlperf_ad_fc",
                                       "emza_ssd_slim", "tflm_micro_speech"};

class Answer : public testing::TestWithParam<std::string> {};

void expect_golden_at_every_split(const std::string& name, const std::string& exits) {
  LoadedModel model(load(name, exits), coinfer::tail::Kernels::portable, 1);
  const graph::Graph& graph = model.graph();
  InProcessEdge edge({&model});
  Device device(edge, model);
  ASSERT_TRUE(device.greet());
  std::uint32_t sequence = 0;
  int answered = 0;
  for (int exit = 0; exit < graph::exit_count(graph); ++exit) {
    for (int split = 0; split < graph::stage_count(graph); ++split) {
      if (model.tail(split, exit) == nullptr) continue;
      Bytes golden;
      for (const std::int32_t output : graph::answer_outputs(graph, split, exit)) {
        const Bytes tensor = shared_models::tensor(name, graph::tensor_at(graph, output).file_index);
        golden.insert(golden.end(), tensor.begin(), tensor.end());
      }
      ++sequence;
      device.send(wire_client::frame(wire_client::infer(graph, sequence, split, exit)));
      device.send_feature(sequence, device.feature(name, split, exit),
                          100 + static_cast<std::size_t>(split) * 37);
      const auto answer = device.inbox.take(wire::MessageType::answer);
      ASSERT_TRUE(answer.has_value()) << "split " << split << " exit " << exit;
      EXPECT_EQ(answer->message.answer.sequence, sequence);
      EXPECT_EQ(answer->message.answer.output_bytes, golden.size());
      EXPECT_EQ(device.answer_bytes(), golden) << "split " << split << " exit " << exit;
      ++answered;
    }
  }
  EXPECT_GT(answered, 0);
  EXPECT_EQ(edge.counters().get(Event::answers), static_cast<std::uint64_t>(answered));
  EXPECT_FALSE(device.inbox.bad);
}

TEST_P(Answer, GoldenAtEverySplit) {
  if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
  expect_golden_at_every_split(GetParam(), "");
}
INSTANTIATE_TEST_SUITE_P(SharedModels, Answer, testing::ValuesIn(fast),
                         [](const auto& instance) { return instance.param; });

// The two outputs of the detector as exits of their own: the tail runs no stage that the exit does not need.
TEST(AnswerOfAnExit, GoldenAtEverySplit) {
  if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
  const graph::Graph whole = load("emza_ssd_slim");
  ASSERT_EQ(whole.outputs.size(), 2U);
  const std::vector<int> producer = graph::producers(whole);
  const bool in_order = producer[static_cast<std::size_t>(whole.outputs[0])] <
                        producer[static_cast<std::size_t>(whole.outputs[1])];
  expect_golden_at_every_split("emza_ssd_slim", in_order ? "0;1" : "1;0");
}

// A slot of an answer has eight bits. More outputs than the loader takes, so that the edge peer's own limit
// counts.
TEST(AnswerOfManyOutputs, RightUpTo256AndRefusedAbove) {
  if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
  const std::string name = "tflm_micro_speech";
  for (const std::size_t outputs : {std::size_t{256}, std::size_t{257}}) {
    graph::Graph many = load(name);
    many.outputs.assign(outputs, many.outputs[0]);
    many.exits[0].resize(outputs);
    std::iota(many.exits[0].begin(), many.exits[0].end(), 0);
    LoadedModel model(std::move(many), coinfer::tail::Kernels::portable, 1);
    InProcessEdge edge({&model});
    Device device(edge, model);
    ASSERT_TRUE(device.greet());
    device.send(wire_client::frame(wire_client::infer(model.graph(), 1, 1, 0)));
    if (outputs > 256) {
      const auto refusal = device.inbox.take(wire::MessageType::refusal);
      ASSERT_TRUE(refusal.has_value());
      EXPECT_EQ(refusal->message.refusal.reason, static_cast<std::uint32_t>(wire::RefusalReason::bad_split));
      EXPECT_EQ(edge.counters().get(Event::refused_bad_split), 1U);
      continue;
    }
    device.send_feature(1, device.feature(name, 1, 0));
    ASSERT_TRUE(device.inbox.take(wire::MessageType::answer).has_value());
    const Bytes golden =
        shared_models::tensor(name, graph::tensor_at(model.graph(), model.graph().outputs[0]).file_index);
    for (std::size_t slot = 0; slot < outputs; ++slot) {
      const auto chunk = device.inbox.take(wire::MessageType::chunk);
      ASSERT_TRUE(chunk.has_value()) << slot;
      EXPECT_EQ(chunk->message.chunk.slot, slot);
      EXPECT_EQ(chunk->message.chunk.end, slot + 1 == outputs);
      EXPECT_EQ(chunk->payload, golden);
    }
  }
}

}  // namespace
