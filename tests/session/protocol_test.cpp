// SPDX-License-Identifier: Apache-2.0
// What the edge peer may say, must not say, and says too late or twice.
#include "bench.hpp"

namespace coinfer::tests {
namespace {

using wire::MessageType;

SessionOptions quick() {
  SessionOptions options;
  options.answer_timeout_us = 100'000;
  options.backoff_min_us = 10'000;
  options.backoff_max_us = 100'000;
  return options;
}

TEST(Refusal, EveryReasonIsAnsweredHereAtOnce) {
  for (const uint32_t reason : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 4711U}) {
    SCOPED_TRACE("reason " + std::to_string(reason));
    Bench<> bench(quick());
    ASSERT_TRUE(bench.connect());
    bench.edge.refuse_with = static_cast<wire::RefusalReason>(reason);
    const Answer answer = bench.run({1});
    EXPECT_EQ(answer.cause, Cause::refused);
    EXPECT_EQ(answer.refusal, reason);
    EXPECT_EQ(answer.load, 250U);
    EXPECT_LT(answer.times.total_us, 15'000U);
    bench.edge.refuse_with.reset();
    EXPECT_EQ(bench.run({1}).place, Place::edge) << "without retry-after the next one is asked again";
    EXPECT_EQ(bench.network.opened, 1);
  }
}

TEST(Refusal, AfterTheFeatureToo) {
  for (const auto outcome : {serve::JobResult::Outcome::late, serve::JobResult::Outcome::failed}) {
    Bench<> bench(quick());
    ASSERT_TRUE(bench.connect());
    bench.edge.outcome = outcome;
    EXPECT_EQ(bench.run({4}).cause, Cause::refused);
    bench.edge.outcome = serve::JobResult::Outcome::computed;
    EXPECT_EQ(bench.run({4}).place, Place::edge);
  }
}

TEST(Refusal, RetryAfterIsHonoured) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  bench.edge.refuse_with = wire::RefusalReason::overloaded;
  bench.edge.retry_after_ms = 500;
  EXPECT_EQ(bench.run({1}).cause, Cause::refused);
  bench.edge.refuse_with.reset();
  const size_t asked = bench.edge.remaining_us.size();
  for (int i = 0; i < 10; ++i) {
    const Answer answer = bench.run({1});
    EXPECT_EQ(answer.cause, Cause::refused);
    EXPECT_EQ(answer.refusal, static_cast<uint32_t>(wire::RefusalReason::overloaded));
  }
  EXPECT_EQ(bench.edge.remaining_us.size(), asked);
  bench.idle(500'000);
  EXPECT_EQ(bench.run({1}).place, Place::edge);
}

TEST(Bye, EveryReasonHasItsCauseAndThePauseIsKept) {
  const std::pair<wire::ByeReason, Cause> reasons[] = {
      {wire::ByeReason::draining, Cause::link_down},
      {wire::ByeReason::unknown_model, Cause::unsupported},
      {wire::ByeReason::version, Cause::unsupported},
      {wire::ByeReason::exact_unavailable, Cause::not_exact},
      {wire::ByeReason::feature_unsupported, Cause::unsupported},
      {wire::ByeReason::bad_message, Cause::link_down},
      {wire::ByeReason::credit_exceeded, Cause::link_down},
      {wire::ByeReason::shutting_down, Cause::link_down},
      {static_cast<wire::ByeReason>(99), Cause::link_down},
  };
  for (const auto& [reason, cause] : reasons) {
    SCOPED_TRACE("reason " + std::to_string(static_cast<uint32_t>(reason)));
    Bench<> bench(quick());
    ASSERT_TRUE(bench.connect());
    bench.network.inject(frame_of(wire::Bye{static_cast<uint32_t>(reason), 700, 0}));
    bench.idle(1000);
    EXPECT_FALSE(bench.session.connected());
    EXPECT_EQ(bench.run({1}).cause, cause);
    EXPECT_FALSE(bench.connect(600'000)) << "came back before the pause was over";
    EXPECT_TRUE(bench.connect(300'000));
  }
}

TEST(Bye, IdleIsNoFailure) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  bench.network.inject(frame_of(wire::Bye{static_cast<uint32_t>(wire::ByeReason::idle), 0, 0}));
  EXPECT_EQ(bench.run({1}).place, Place::edge);
  EXPECT_EQ(bench.network.opened, 2);
}

TEST(Bye, TheDeviceSaysItBeforeASleep) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  bool said = false;
  bench.network.see_up = [&](const Frame& frame) { said = said || frame.type == MessageType::bye; };
  bench.session.disconnect();
  EXPECT_FALSE(bench.session.connected());
  simulated_now_us += 1'000'000;
  EXPECT_EQ(bench.run({1}).place, Place::edge) << "the first poll opens it again";
  EXPECT_EQ(bench.network.opened, 2);
  EXPECT_TRUE(said);
}

TEST(Bye, DuringAnInference) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  bench.network.see_up = [&](const Frame& frame) {
    if (frame.type == MessageType::infer) bench.edge.connection->shut_down();
  };
  EXPECT_EQ(bench.run({1}).cause, Cause::link_down);
  bench.network.see_up = {};
  bench.idle(1'200'000);
  EXPECT_EQ(bench.run({1}).place, Place::edge);
}

TEST(Greeting, UnknownModelAndArithmetic) {
  Bench<> bench(quick());
  const uint8_t other[32] = {9};
  bench.edge.model.identity_override = other;
  bench.idle(30'000);
  EXPECT_EQ(bench.run({1}).cause, Cause::unsupported);

  SessionOptions exact = quick();
  exact.require_exact = true;
  Bench<> strict(exact);
  strict.edge.model.is_exact = false;
  strict.idle(30'000);
  EXPECT_EQ(strict.run({1}).cause, Cause::not_exact);
  Bench<> served(exact);
  EXPECT_EQ(served.run({1}).place, Place::edge);
  Bench<> relaxed(quick());
  relaxed.edge.model.is_exact = false;
  EXPECT_EQ(relaxed.run({1}).place, Place::edge);
}

TEST(Greeting, AWelcomeThatWasNotAskedFor) {
  using Change = std::function<void(wire::Welcome&)>;
  const std::pair<Change, Cause> changes[] = {
      {[](wire::Welcome& w) { w.session_nonce ^= 1; }, Cause::bad_message},
      {[](wire::Welcome& w) { w.wire_version = 2; }, Cause::bad_message},
      {[](wire::Welcome& w) { w.wire_version = 0; }, Cause::bad_message},
      {[](wire::Welcome& w) { w.features = 1; }, Cause::bad_message},
      {[](wire::Welcome& w) { w.max_payload_bytes = 0; }, Cause::bad_message},
      {[](wire::Welcome& w) { w.exact = false; }, Cause::not_exact},
  };
  for (const auto& [change, cause] : changes) {
    SessionOptions options = quick();
    options.require_exact = true;
    Bench<> bench(options);
    bench.network.tamper = [&alter = change](Frame frame) {
      if (frame.type == MessageType::welcome) alter(frame.message.welcome);
      return encoded(frame);
    };
    bench.idle(30'000);
    EXPECT_FALSE(bench.session.connected());
    EXPECT_EQ(bench.run({1}).cause, cause);
    EXPECT_EQ(bench.session.statistics().bad_messages > 0, cause == Cause::bad_message);
  }
}

TEST(Greeting, NoEntropyNoSession) {
  Bench<> bench(quick());
  Session<Bench<>::ToyDevice> session;
  const Entropy broken = {nullptr, [](void*, uint8_t*, size_t) { return Status::no_entropy; }};
  session.bind(bench.device, bench.network.connector(), simulated_clock(), broken, bench.options);
  EXPECT_EQ(session.connect(100'000), Status::timed_out);
  EXPECT_EQ(session.infer({1}).cause, Cause::no_entropy);
  EXPECT_EQ(bench.network.opened, 0);
}

// Everything that an edge peer must not send while an inference is under way.
struct Lie {
  const char* name;
  std::function<ByteVector(Frame)> tamper;
};

template <class Change>
Lie changed(const char* name, MessageType type, Change change) {
  return {name, [=](Frame frame) {
            if (frame.type == type) change(frame);
            return encoded(frame);
          }};
}
template <class Extra>
Lie before(const char* name, MessageType type, Extra extra) {
  return {name, [=](Frame frame) {
            ByteVector bytes = frame.type == type ? extra(frame) : ByteVector();
            const ByteVector own = encoded(frame);
            bytes.insert(bytes.end(), own.begin(), own.end());
            return bytes;
          }};
}

TEST(Lie, EveryOneIsABadMessageAndTheFrameIsAnsweredHere) {
  const auto answer = MessageType::answer;
  const auto chunk = MessageType::chunk;
  const Lie lies[] = {
      changed("fewer output bytes", answer, [](Frame& f) { --f.message.answer.output_bytes; }),
      changed("more output bytes", answer, [](Frame& f) { ++f.message.answer.output_bytes; }),
      changed("an answer of the future", answer, [](Frame& f) { ++f.message.answer.sequence; }),
      changed("a chunk of the future", chunk, [](Frame& f) { ++f.message.chunk.sequence; }),
      changed("a wrong slot", chunk, [](Frame& f) { ++f.message.chunk.slot; }),
      changed("an early end", chunk,
              [](Frame& f) {
                f.payload.pop_back();
                f.message.chunk.end = true;
              }),
      changed("a long chunk", chunk, [](Frame& f) { f.payload.push_back(0); }),
      changed("an empty chunk", chunk,
              [](Frame& f) {
                f.payload.clear();
                f.message.chunk.end = false;
              }),
      before("a chunk without its answer", answer,
             [](const Frame& f) {
               return frame_of(wire::Chunk{f.message.answer.sequence, 0, false}, {1, 2, 3});
             }),
      before("two answers", answer, [](const Frame& f) { return frame_of(f.message.answer); }),
      before("a welcome", answer,
             [](const Frame&) {
               wire::Welcome welcome = {};
               welcome.wire_version = 1;
               welcome.max_payload_bytes = 100;
               return frame_of(welcome);
             }),
      before("a hello", answer, [](const Frame&) { return frame_of(wire::Hello{}); }),
      before("an infer", answer, [](const Frame&) { return frame_of(wire::Infer{}); }),
      before("a cancel", answer,
             [](const Frame& f) { return frame_of(wire::Cancel{f.message.answer.sequence}); }),
      before("a pong for nothing", answer, [](const Frame&) { return frame_of(wire::Pong{77}); }),
      before("too much credit", answer,
             [](const Frame& f) {
               return frame_of(wire::Credit{f.message.answer.sequence, UINT32_MAX});
             }),
      before("credit of the future", answer,
             [](const Frame& f) {
               return frame_of(wire::Credit{f.message.answer.sequence + 1, 1});
             }),
      before("a refusal of the future", answer,
             [](const Frame& f) {
               return frame_of(wire::Refusal{f.message.answer.sequence + 1, 1, 0, 0});
             }),
      before("garbage", answer, [](const Frame&) { return ByteVector{42, 42, 42, 42, 42, 42}; }),
      before("a header that is no message", answer,
             [](const Frame&) { return ByteVector{8, 0, 3, 0, 0, 0, 0xff, 0xff, 0xff}; }),
  };
  for (const Lie& lie : lies) {
    SCOPED_TRACE(lie.name);
    Bench<> bench(quick());
    ASSERT_TRUE(bench.connect());
    bench.network.tamper = lie.tamper;
    const Answer told = bench.run({4});
    EXPECT_EQ(told.cause, Cause::bad_message);
    EXPECT_EQ(bench.session.statistics().bad_messages, 1U);
    EXPECT_FALSE(bench.session.connected());
    bench.network.tamper = {};
    ASSERT_TRUE(bench.connect(1'000'000));
    EXPECT_EQ(bench.run({4}).place, Place::edge);
  }
}

// An answer that comes before the feature is complete cannot be one.
TEST(Lie, AnAnswerBeforeTheFeature) {
  serve::ConnectionLimits limits;
  limits.window_bytes = 20;
  Bench<> bench(quick(), limits);
  ASSERT_TRUE(bench.connect());
  bench.network.tamper = [](Frame frame) {
    if (frame.type != MessageType::credit) return encoded(frame);
    wire::Answer answer = {};
    answer.sequence = frame.message.credit.sequence;
    answer.output_bytes = 12;
    return frame_of(answer);
  };
  EXPECT_EQ(bench.run({4}).cause, Cause::bad_message);
}

TEST(Late, AnswersAreDroppedAndTheConnectionStaysUsable) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  bench.session.calibrate();
  int cancels = 0;
  bench.network.see_up = [&](const Frame& frame) { cancels += frame.type == MessageType::cancel ? 1 : 0; };
  bench.edge.compute_us = 30'000;
  // The answer and the Cancel cross on the way: the edge peer knows nothing of the Cancel yet.
  bench.network.faults.latency_us = 12'000;
  const Answer late = bench.run({4, 1, 50'000});
  EXPECT_EQ(late.cause, Cause::timed_out);
  EXPECT_FALSE(late.late);
  EXPECT_GE(late.times.total_us, 30'000U) << "gave up long before it had to";
  bench.edge.compute_us = 100;
  EXPECT_EQ(bench.run({1, 1, 90'000}, 8).place, Place::edge);
  bench.idle(100'000);
  EXPECT_EQ(cancels, 1);
  EXPECT_EQ(bench.session.statistics().discarded_answers, 1U);
  EXPECT_EQ(bench.network.opened, 1);
}

TEST(Late, ACancelledInferenceIsNotComputedFurther) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  bench.session.calibrate();
  bench.edge.compute_us = 80'000;
  EXPECT_EQ(bench.run({4, 1, 50'000}).cause, Cause::timed_out);
  bench.idle(5'000);
  EXPECT_EQ(bench.edge.forgotten, 1);
  EXPECT_EQ(bench.edge.counters().get(serve::Event::cancelled), 1U);
}

TEST(Late, CancelInTheMiddleOfTheFeature) {
  serve::ConnectionLimits limits;
  limits.window_bytes = 40;
  Bench<> bench(quick(), limits);
  ASSERT_TRUE(bench.connect());
  bench.session.calibrate();
  bench.network.tamper = [](Frame frame) {
    return frame.type == MessageType::credit ? ByteVector() : encoded(frame);  // withheld
  };
  const Answer stuck = bench.run({0, 1, 60'000});
  EXPECT_EQ(stuck.cause, Cause::timed_out);
  EXPECT_FALSE(stuck.late);
  EXPECT_EQ(stuck.bytes.sent_payload, 40U) << "never more than the credit";
  bench.idle(5'000);
  EXPECT_EQ(bench.edge.counters().get(serve::Event::cancelled), 1U);
  EXPECT_TRUE(bench.session.connected());
}

TEST(Late, TheSameAnswerTwice) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  ByteVector copy;
  bench.network.tamper = [&copy](Frame frame) {
    ByteVector bytes = encoded(frame);
    if (frame.type == MessageType::answer || frame.type == MessageType::chunk)
      copy.insert(copy.end(), bytes.begin(), bytes.end());
    if (frame.type == MessageType::chunk && frame.message.chunk.end) {
      bytes.insert(bytes.end(), copy.begin(), copy.end());
      copy.clear();
    }
    return bytes;
  };
  for (uint32_t i = 0; i < 5; ++i) EXPECT_EQ(bench.run({4}, 20 + i).place, Place::edge);
  bench.idle(5'000);
  EXPECT_EQ(bench.session.statistics().discarded_answers, 5U);
  EXPECT_EQ(bench.network.opened, 1);
}

TEST(Late, AnAnswerOfThePastIsNotMistaken) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.run({4}, 1).place, Place::edge);
  bench.network.tamper = [](Frame frame) {
    if (frame.type == MessageType::answer) --frame.message.answer.sequence;
    if (frame.type == MessageType::chunk) --frame.message.chunk.sequence;
    return encoded(frame);
  };
  EXPECT_EQ(bench.run({4}, 2).cause, Cause::timed_out);
  EXPECT_TRUE(bench.session.connected());
}

TEST(Optional, UnknownOptionalFramesAreSkippedAndPingsAnswered) {
  Bench<> bench(quick());
  ASSERT_TRUE(bench.connect());
  int pongs = 0;
  bench.network.see_up = [&](const Frame& frame) {
    pongs += frame.type == MessageType::pong && frame.message.pong.token == 1234 ? 1 : 0;
  };
  bench.network.inject({0x90, 0, 3, 0, 2, 0, 1, 2, 3, 4, 5});
  bench.network.inject(frame_of(wire::Ping{1234}));
  bench.idle(5'000);
  EXPECT_EQ(pongs, 1);
  EXPECT_EQ(bench.run({4}).place, Place::edge);
  EXPECT_EQ(bench.network.opened, 1);
}

TEST(Sequence, RisesAcrossConnectionsUnderOneNonce) {
  Bench<> bench(quick());
  std::vector<uint32_t> sequences;
  std::vector<uint64_t> nonces;
  bench.network.see_up = [&](const Frame& frame) {
    if (frame.type == MessageType::infer) sequences.push_back(frame.message.infer.sequence);
    if (frame.type == MessageType::hello) nonces.push_back(frame.message.hello.session_nonce);
  };
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(bench.connect());
    EXPECT_EQ(bench.run({4}).place, Place::edge);
    EXPECT_EQ(bench.run({1}).place, Place::edge);
    bench.network.hang_up();
    bench.idle(1000);
  }
  EXPECT_EQ(sequences, (std::vector<uint32_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(nonces, (std::vector<uint64_t>(3, nonces[0])));
}

}  // namespace
}  // namespace coinfer::tests
