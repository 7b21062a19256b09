// SPDX-License-Identifier: Apache-2.0
// Everything a peer can do wrong: refused with a counted reason, and the next connection is served.
#include <gtest/gtest.h>

#include "edge_fixture.hpp"

namespace {

using namespace edge_fixture;
using coinfer::serve::ConnectionLimits;
using wire::ByeReason;
using wire::RefusalReason;

class Refusal : public testing::Test {
 protected:
  static constexpr const char* name = "tflm_micro_speech";
  static constexpr std::uint32_t window_bytes = 4096;

  void SetUp() override {
    if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
    model_ = std::make_unique<LoadedModel>(load(name), coinfer::tail::Kernels::portable, 1);
    ConnectionLimits limits;
    limits.window_bytes = window_bytes;
    limits.max_payload_bytes = 1024;
    edge_ = std::make_unique<InProcessEdge>(std::vector<LoadedModel*>{model_.get()}, limits);
    device_ = std::make_unique<Device>(*edge_, *model_);
  }

  void TearDown() override {
    if (edge_ == nullptr) return;
    // Whatever happened, the next client is served.
    reconnect();
    ASSERT_TRUE(device_->greet());
    const std::uint64_t before = count(Event::answers);
    infer(1, 1);
    device_->send_feature(1, device_->feature(name, 1, 0));
    EXPECT_EQ(count(Event::answers), before + 1);
  }

  void reconnect() {
    edge_->set_admission({});
    edge_->hold_jobs(false);
    edge_->new_connection();
    device_ = std::make_unique<Device>(*edge_, *model_);
  }

  const graph::Graph& graph() const { return model_->graph(); }
  std::uint64_t count(Event event) { return edge_->counters().get(event); }
  void infer(std::uint32_t sequence, int split) {
    device_->send(wire_client::frame(wire_client::infer(graph(), sequence, split, 0)));
  }

  // The connection was closed with this Bye and counted once.
  void expect_bye(Event event, ByeReason reason) {
    const auto bye = device_->inbox.take(wire::MessageType::bye);
    ASSERT_TRUE(bye.has_value());
    EXPECT_EQ(bye->message.bye.reason, static_cast<std::uint32_t>(reason));
    EXPECT_TRUE(edge_->connection().closing());
    EXPECT_EQ(count(event), 1U);
  }
  // The inference was refused, the session goes on.
  void expect_refusal(Event event, RefusalReason reason) {
    const auto refusal = device_->inbox.take(wire::MessageType::refusal);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->message.refusal.reason, static_cast<std::uint32_t>(reason));
    EXPECT_FALSE(edge_->connection().closing());
    EXPECT_EQ(count(event), 1U);
  }

  std::unique_ptr<LoadedModel> model_;
  std::unique_ptr<InProcessEdge> edge_;
  std::unique_ptr<Device> device_;
};

// Greeting

TEST_F(Refusal, UnknownIdentity) {
  wire::Hello hello = wire_client::hello(graph());
  hello.identity[31] ^= 1;
  device_->send(wire_client::frame(hello));
  expect_bye(Event::unknown_identity, ByeReason::unknown_model);
}

TEST_F(Refusal, VersionTooNew) {
  wire::Hello hello = wire_client::hello(graph());
  hello.wire_version = 200;
  hello.wire_version_min = 100;
  device_->send(wire_client::frame(hello));
  expect_bye(Event::version_unsupported, ByeReason::version);
}

TEST_F(Refusal, VersionTooOld) {
  wire::Hello hello = wire_client::hello(graph());
  hello.wire_version = 0;
  hello.wire_version_min = 0;
  device_->send(wire_client::frame(hello));
  expect_bye(Event::version_unsupported, ByeReason::version);
}

TEST_F(Refusal, NewerPeerThatStillSpeaksOurs) {
  wire::Hello hello = wire_client::hello(graph());
  hello.wire_version = 200;
  device_->send(wire_client::frame(hello));
  const auto welcome = device_->inbox.take(wire::MessageType::welcome);
  ASSERT_TRUE(welcome.has_value());
  EXPECT_EQ(welcome->message.welcome.wire_version, wire::wire_version);
  EXPECT_EQ(welcome->message.welcome.session_nonce, hello.session_nonce);
  EXPECT_TRUE(welcome->message.welcome.exact);
}

TEST_F(Refusal, RequiredFeature) {
  wire::Hello hello = wire_client::hello(graph());
  hello.required_features = 1U << 30;
  device_->send(wire_client::frame(hello));
  expect_bye(Event::feature_unsupported, ByeReason::feature_unsupported);
}

TEST_F(Refusal, ExactFromXnnpack) {
  LoadedModel inexact(load(name), coinfer::tail::Kernels::xnnpack, 1);
  InProcessEdge edge({&inexact});
  Device device(edge, inexact);
  wire::Hello hello = wire_client::hello(graph());
  hello.require_exact = true;
  device.send(wire_client::frame(hello));
  const auto bye = device.inbox.take(wire::MessageType::bye);
  ASSERT_TRUE(bye.has_value());
  EXPECT_EQ(bye->message.bye.reason, static_cast<std::uint32_t>(ByeReason::exact_unavailable));
  EXPECT_EQ(edge.counters().get(Event::exact_unavailable), 1U);
}

TEST_F(Refusal, AnythingBeforeHello) {
  infer(1, 1);
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

TEST_F(Refusal, SecondHello) {
  ASSERT_TRUE(device_->greet());
  device_->send(wire_client::frame(wire_client::hello(graph())));
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

// Frames

TEST_F(Refusal, GarbageBeforeHello) {
  device_->send(Bytes(64, 0xA5));
  device_->send(Bytes(64, 0x00));
  expect_bye(Event::garbage, ByeReason::bad_message);
}

TEST_F(Refusal, GarbageInSession) {
  ASSERT_TRUE(device_->greet());
  device_->send({0x7f, 0, 0, 0, 0, 0});
  expect_bye(Event::garbage, ByeReason::bad_message);
}

TEST_F(Refusal, UndecodableHeader) {
  ASSERT_TRUE(device_->greet());
  device_->send({static_cast<std::uint8_t>(wire::MessageType::infer), 0, 2, 0, 0, 0, 0xff, 0xff});
  expect_bye(Event::garbage, ByeReason::bad_message);
}

TEST_F(Refusal, OversizedPayload) {
  ASSERT_TRUE(device_->greet());
  device_->send(wire_client::frame(wire::Chunk{1, 0, false}, Bytes(1025)));
  expect_bye(Event::oversized_frame, ByeReason::bad_message);
}

TEST_F(Refusal, OversizedHeader) {
  device_->send({static_cast<std::uint8_t>(wire::MessageType::hello), 0, 0xff, 0xff, 0, 0});
  expect_bye(Event::oversized_frame, ByeReason::bad_message);
}

TEST_F(Refusal, TruncatedFrame) {
  const Bytes hello = wire_client::frame(wire_client::hello(graph()));
  for (std::size_t cut = 1; cut < hello.size(); ++cut) {
    device_->send(Bytes(hello.begin(), hello.begin() + static_cast<std::ptrdiff_t>(cut)));
    edge_->connection().peer_closed();
    EXPECT_TRUE(edge_->connection().closing());
    EXPECT_EQ(count(Event::truncated_frame), cut);
    reconnect();
  }
}

TEST_F(Refusal, ClosedBetweenFramesIsNoFault) {
  ASSERT_TRUE(device_->greet());
  edge_->connection().peer_closed();
  EXPECT_EQ(count(Event::truncated_frame), 0U);
  EXPECT_EQ(count(Event::closed_by_peer), 1U);
}

TEST_F(Refusal, MessageOfAnEdgePeer) {
  ASSERT_TRUE(device_->greet());
  device_->send(wire_client::frame(wire::Credit{1, 1000}));
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

TEST_F(Refusal, UnknownOptionalFrameIsSkipped) {
  ASSERT_TRUE(device_->greet());
  device_->send({0x90, 0, 3, 0, 2, 0, 1, 2, 3, 4, 5});
  device_->send(wire_client::frame(wire::Ping{77}));
  const auto pong = device_->inbox.take(wire::MessageType::pong);
  ASSERT_TRUE(pong.has_value());
  EXPECT_EQ(pong->message.pong.token, 77U);
}

// Inferences

TEST_F(Refusal, SequenceNotRising) {
  ASSERT_TRUE(device_->greet());
  infer(5, 1);
  device_->send_feature(5, device_->feature(name, 1, 0));
  infer(5, 1);
  expect_bye(Event::sequence_not_rising, ByeReason::bad_message);
}

TEST_F(Refusal, SecondInferWhileOneIsInFlight) {
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  infer(2, 1);
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

TEST_F(Refusal, BadSplit) {
  ASSERT_TRUE(device_->greet());
  wire::Infer bad = wire_client::infer(graph(), 1, 1, 0);
  bad.split = 60000;
  device_->send(wire_client::frame(bad));
  expect_refusal(Event::refused_bad_split, RefusalReason::bad_split);
}

TEST_F(Refusal, SplitThatLeavesNothingToCompute) {
  ASSERT_TRUE(device_->greet());
  infer(1, graph::stage_count(graph()));
  expect_refusal(Event::refused_bad_split, RefusalReason::bad_split);
}

TEST_F(Refusal, BadExit) {
  ASSERT_TRUE(device_->greet());
  wire::Infer bad = wire_client::infer(graph(), 1, 1, 0);
  bad.exit = 1;
  device_->send(wire_client::frame(bad));
  expect_refusal(Event::refused_bad_exit, RefusalReason::bad_exit);
}

TEST_F(Refusal, BadCodec) {
  ASSERT_TRUE(device_->greet());
  wire::Infer bad = wire_client::infer(graph(), 1, 1, 0);
  bad.codec = 9;
  device_->send(wire_client::frame(bad));
  expect_refusal(Event::refused_bad_codec, RefusalReason::bad_codec);
}

TEST_F(Refusal, BadTensors) {
  ASSERT_TRUE(device_->greet());
  wire::Infer bad = wire_client::infer(graph(), 1, 1, 0);
  bad.tensors[0] = static_cast<std::uint16_t>(bad.tensors[0] + 1);
  device_->send(wire_client::frame(bad));
  expect_refusal(Event::refused_bad_tensors, RefusalReason::bad_tensors);
}

// The feature that is already under way is discarded, its credit returned, and the session goes on.
TEST_F(Refusal, OverloadedThenServed) {
  ASSERT_TRUE(device_->greet());
  edge_->set_admission({false, RefusalReason::overloaded, 123});
  infer(1, 1);
  const auto refusal = device_->inbox.take(wire::MessageType::refusal);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->message.refusal.retry_after_ms, 123U);
  EXPECT_EQ(count(Event::refused_overloaded), 1U);
  edge_->set_admission({});
  const std::vector<Bytes> feature = device_->feature(name, 1, 0);
  const std::vector<Bytes> chunks = wire_client::chunks(1, feature, 512);
  for (int i = 0; i < 5; ++i) device_->send(chunks[0]);  // of the refused inference, still under way
  infer(2, 1);
  device_->send_feature(2, feature, 512);
  EXPECT_TRUE(device_->inbox.take(wire::MessageType::answer).has_value());
  EXPECT_EQ(count(Event::answers), 1U);
}

TEST_F(Refusal, CreditComesBackWhileDiscarding) {
  ASSERT_TRUE(device_->greet());
  edge_->set_admission({false, RefusalReason::overloaded, 0});
  infer(1, 1);
  for (int i = 0; i < 10; ++i) device_->send(wire_client::frame(wire::Chunk{1, 0, false}, Bytes(1024)));
  std::uint32_t returned = 0;
  while (const auto credit = device_->inbox.take(wire::MessageType::credit))
    returned += credit->message.credit.bytes;
  EXPECT_EQ(returned, 10U * 1024U);
  EXPECT_FALSE(edge_->connection().closing());
}

TEST_F(Refusal, PayloadBeyondTheWindow) {
  ConnectionLimits tight;
  tight.window_bytes = 600;
  tight.max_payload_bytes = 1024;
  edge_ = std::make_unique<InProcessEdge>(std::vector<LoadedModel*>{model_.get()}, tight);
  device_ = std::make_unique<Device>(*edge_, *model_);
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  device_->send(wire_client::frame(wire::Chunk{1, 0, false}, Bytes(601)));
  expect_bye(Event::credit_exceeded, ByeReason::credit_exceeded);
  SetUp();
}

TEST_F(Refusal, ChunkOverrun) {
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  const Bytes tensor = device_->feature(name, 1, 0)[0];
  wire::Chunk chunk{1, 0, false};
  std::size_t left = tensor.size();
  while (left > 0) {
    const std::size_t piece = std::min<std::size_t>(left, 1000);
    device_->send(wire_client::frame(chunk, Bytes(piece)));
    left -= piece;
  }
  device_->send(wire_client::frame(chunk, Bytes(1)));
  expect_bye(Event::chunk_overrun, ByeReason::bad_message);
}

TEST_F(Refusal, EndBeforeAllBytes) {
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  device_->send(wire_client::frame(wire::Chunk{1, 0, true}, Bytes(10)));
  expect_bye(Event::chunk_overrun, ByeReason::bad_message);
}

TEST_F(Refusal, WrongSlot) {
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  device_->send(wire_client::frame(wire::Chunk{1, 1, false}, Bytes(10)));
  expect_bye(Event::chunk_overrun, ByeReason::bad_message);
}

TEST_F(Refusal, ChunkWithoutInfer) {
  ASSERT_TRUE(device_->greet());
  device_->send(wire_client::frame(wire::Chunk{1, 0, false}, Bytes(10)));
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

TEST_F(Refusal, ChunkWhileComputing) {
  ASSERT_TRUE(device_->greet());
  edge_->hold_jobs(true);
  infer(1, 1);
  device_->send_feature(1, device_->feature(name, 1, 0));
  device_->send(wire_client::frame(wire::Chunk{1, 0, false}, Bytes(10)));
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

// Endings

TEST_F(Refusal, CancelWhileReceivingAndWhileComputing) {
  ASSERT_TRUE(device_->greet());
  const std::vector<Bytes> feature = device_->feature(name, 1, 0);
  infer(1, 1);
  device_->send(wire_client::chunks(1, feature, 500)[0]);
  device_->send(wire_client::frame(wire::Cancel{1}));
  edge_->hold_jobs(true);
  infer(2, 1);
  device_->send_feature(2, feature);
  device_->send(wire_client::frame(wire::Cancel{2}));
  edge_->compute();
  EXPECT_EQ(count(Event::cancelled), 2U);
  EXPECT_EQ(count(Event::answers), 0U);
  edge_->hold_jobs(false);
  infer(3, 1);
  device_->send_feature(3, feature);
  device_->send(wire_client::frame(wire::Cancel{3}));  // crosses the answer: no fault
  const auto answer = device_->inbox.take(wire::MessageType::answer);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->message.answer.sequence, 3U);
  EXPECT_FALSE(edge_->connection().closing());
}

TEST_F(Refusal, CancelOfTheFuture) {
  ASSERT_TRUE(device_->greet());
  device_->send(wire_client::frame(wire::Cancel{9}));
  expect_bye(Event::unexpected_message, ByeReason::bad_message);
}

TEST_F(Refusal, DrainFinishesWhatIsInFlight) {
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  edge_->connection().drain();
  EXPECT_FALSE(edge_->connection().closing());
  device_->send_feature(1, device_->feature(name, 1, 0));
  EXPECT_TRUE(device_->inbox.take(wire::MessageType::answer).has_value());
  const auto bye = device_->inbox.take(wire::MessageType::bye);
  ASSERT_TRUE(bye.has_value());
  EXPECT_EQ(bye->message.bye.reason, static_cast<std::uint32_t>(ByeReason::draining));
  EXPECT_GT(bye->message.bye.reconnect_after_ms, 0U);
}

TEST_F(Refusal, DrainWhenIdle) {
  ASSERT_TRUE(device_->greet());
  edge_->connection().drain();
  device_->receive();
  EXPECT_TRUE(device_->inbox.take(wire::MessageType::bye).has_value());
  EXPECT_TRUE(edge_->connection().closing());
}

TEST_F(Refusal, SilentBeforeHello) {
  edge_->advance_us(10'000'001);
  edge_->connection().tick();
  device_->receive();
  expect_bye(Event::handshake_timeout, ByeReason::idle);
}

TEST_F(Refusal, IdleInSessionAndInTheMiddleOfAFeature) {
  ASSERT_TRUE(device_->greet());
  infer(1, 1);
  device_->send(wire_client::chunks(1, device_->feature(name, 1, 0), 500)[0]);
  edge_->advance_us(59'000'000);
  edge_->connection().tick();
  EXPECT_FALSE(edge_->connection().closing());
  edge_->advance_us(2'000'000);
  edge_->connection().tick();
  device_->receive();
  expect_bye(Event::idle_timeout, ByeReason::idle);
}

// Pings do not keep a place for computing.
TEST_F(Refusal, FeatureThatDoesNotCome) {
  ASSERT_TRUE(device_->greet());
  const auto ping_until = [&](std::uint64_t us) {
    for (std::uint64_t t = 0; t < us; t += 500'000) {
      edge_->advance_us(500'000);
      device_->send(wire_client::frame(wire::Ping{1}));
      edge_->connection().tick();
    }
    device_->receive();
  };
  infer(1, 1);
  ping_until(31'000'000);
  expect_refusal(Event::refused_late, RefusalReason::late);

  wire::Infer with_deadline = wire_client::infer(graph(), 2, 1, 0);
  with_deadline.remaining_us = 1'000'000;
  device_->send(wire_client::frame(with_deadline));
  ping_until(2'000'000);
  const auto refusal = device_->inbox.take(wire::MessageType::refusal);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->message.refusal.sequence, 2U);
  EXPECT_FALSE(edge_->connection().closing());
}

// A peer that asks and never reads: its input is no longer taken once enough output waits.
TEST_F(Refusal, PeerThatNeverReads) {
  ASSERT_TRUE(device_->greet());
  const Bytes ping = wire_client::frame(wire::Ping{1});
  std::size_t taken = 0;
  for (int i = 0; i < 100'000; ++i) taken += edge_->connection().receive(ping.data(), ping.size());
  EXPECT_LT(taken, 100'000 * ping.size());
  EXPECT_LT(edge_->connection().pending().size(), 70'000U);
}

}  // namespace
