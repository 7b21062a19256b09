// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/clock.hpp>
#include <coinfer/compiler.hpp>
#include <coinfer/config.hpp>
#include <coinfer/link.hpp>
#include <coinfer/session/answer.hpp>
#include <coinfer/session/backoff.hpp>
#include <coinfer/session/exchange.hpp>
#include <coinfer/session/greeting.hpp>
#include <coinfer/session/heartbeat.hpp>
#include <coinfer/session/options.hpp>
#include <coinfer/session/send_buffer.hpp>
#include <coinfer/session/table_receiver.hpp>
#include <coinfer/wire/frame_reader.hpp>
#include <cstdint>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// The connection to the edge peer: opens it, greets, keeps it alive, moves frames for an exchange, and opens
// it again after a failure. poll() never blocks for longer than it is told, plus one computation step.
class Connection {
 public:
  enum class State : uint8_t { closed, opening, greeting, ready };

  void bind(const Connector& connector, const Clock& clock, const Entropy& entropy,
            const SessionOptions& options, const uint8_t* identity, uint8_t* buffer, size_t buffer_bytes) {
    connector_ = connector;
    clock_ = clock;
    entropy_ = entropy;
    options_ = &options;
    identity_ = identity;
    out_.bind(buffer, buffer_bytes);
    connect_step_us_ = options.connect_step_us;
  }

  void accept_tables(TableReceiver& receiver) { tables_ = &receiver; }

  uint64_t now_us() const { return clock_.now_us(clock_.context); }
  State state() const { return state_; }
  bool ready() const { return state_ == State::ready; }
  // Not open yet, and the last attempt did not fail: worth waiting for.
  bool promising() const { return !ready() && !backoff_.failing(); }
  // Why it is not ready.
  Cause cause() const { return backoff_.failing() ? failure_ : Cause::connecting; }
  uint32_t round_trip_us() const { return heartbeat_.round_trip_us(); }
  uint32_t sent_bytes() const { return sent_bytes_; }
  uint32_t received_bytes() const { return received_bytes_; }
  uint32_t connections() const { return connections_; }
  uint32_t failed_connections() const { return failed_connections_; }
  uint32_t bad_messages() const { return bad_messages_; }

  // Moves what can be moved. May wait up to `wait_us` for the link; begins a computation step of opening it
  // only when such a step is likely to fit into `slack_us`.
  void poll(Exchange& exchange, uint32_t wait_us, uint64_t slack_us) {
    if (state_ == State::closed && backoff_.due(now_us())) begin_open(exchange);
    if (state_ == State::opening) step_open(exchange, wait_us, slack_us);
    if (state_ < State::greeting) return;
    send(exchange, wait_us);
    receive(exchange, out_.empty() ? wait_us : 0);
    send(exchange, 0);
    check_time(exchange);
  }

  // The answer to this inference is no longer wanted: tells the edge peer.
  void cancel(uint32_t sequence) { cancel_ = sequence; }
  void measure() { heartbeat_.measure(); }
  uint8_t round_trips() const { return heartbeat_.measured(); }
  void set_busy(bool busy) { heartbeat_.set_busy(busy); }
  bool failing() const { return backoff_.failing(); }
  // No answer came in time: asks for a sign of life now and not after a silence. A peer that lets the feature
  // wait for credit twice, and grants none in between, has lost count: only a new connection helps.
  void suspect(Exchange& exchange) {
    heartbeat_.ask_now();
    if (exchange.state() == Exchange::State::sending && window_ == 0 && ++starved_ == 2)
      lose(exchange, Cause::timed_out);
  }
  void leave() {
    if (state_ == State::ready) say_bye(wire::ByeReason::shutting_down);
    close();
  }

 private:
  enum class Took : uint8_t { good, bad, closed };
  static constexpr int rounds_per_poll = 16;          // bounds the time of one poll
  static constexpr uint32_t send_wait_us = 1000;      // then look at what has come
  static constexpr uint32_t least_ping_ms = 1000;     // an edge peer's wish for more is not followed
  static constexpr uint32_t most_pause_ms = 600'000;  // that an edge peer may ask for

  uint32_t features() const { return tables_ != nullptr ? wire::feature_tables : 0; }

  void begin_open(Exchange& exchange) {
    if (nonce_ == 0) {
      uint8_t bytes[sizeof nonce_];
      if (entropy_.fill(entropy_.context, bytes, sizeof bytes) != Status::ok)
        return lose(exchange, Cause::no_entropy);
      std::memcpy(&nonce_, bytes, sizeof nonce_);
    }
    began_at_us_ = now_us();
    state_ = State::opening;
  }

  void step_open(Exchange& exchange, uint32_t wait_us, uint64_t slack_us) {
    if (now_us() - began_at_us_ > options_->connect_timeout_us) return lose(exchange, Cause::link_down);
    if (slack_us < connect_step_us_) return;
    const uint64_t spare_us = slack_us - connect_step_us_;
    const uint32_t timeout_us = wait_us < spare_us ? wait_us : static_cast<uint32_t>(spare_us);
    const uint64_t begin_us = now_us();
    const Status status = connector_.open(connector_.context, timeout_us);
    const uint64_t taken_us = now_us() - begin_us;
    if (taken_us > uint64_t{timeout_us} + connect_step_us_)
      connect_step_us_ = static_cast<uint32_t>(taken_us - timeout_us);
    if (status == Status::pending) return;
    if (status != Status::ok) return lose(exchange, cause_of(status));
    state_ = State::greeting;
    reader_.reset(UINT16_MAX);
    out_.clear();
    cancel_ = 0;
    starved_ = 0;
    pong_due_ = false;
    hello_at_us_ = moved_at_us_ = now_us();
    heartbeat_.reset(hello_at_us_, options_->ping_idle_us, options_->ping_timeout_us);
    if (tables_ != nullptr) tables_->reset();
    if (!out_.put(make_hello(identity_, nonce_, *options_, features(), tables_ ? tables_->version() : 0)))
      lose(exchange, Cause::unsupported);
  }

  // Sends what is due now.
  void send(Exchange& exchange, uint32_t wait_us) {
    for (int round = 0; round < rounds_per_poll && state_ >= State::greeting; ++round) {
      if (out_.empty()) fill(exchange);
      if (out_.empty()) return;
      const Transfer sent = out_.flush(connector_.link, wait_us < send_wait_us ? wait_us : send_wait_us);
      if (sent.status == Status::pending) return;
      if (sent.status != Status::ok) return lose(exchange, cause_of(sent.status));
      moved_at_us_ = now_us();
      sent_bytes_ += static_cast<uint32_t>(sent.bytes);
      if (!out_.empty()) return;
      exchange.flushed(moved_at_us_);
    }
  }

  void fill(Exchange& exchange) {
    moved_at_us_ = now_us();
    if (state_ != State::ready) return;
    if (cancel_ != 0 && out_.put(wire::Cancel{cancel_})) cancel_ = 0;
    if (pong_due_ && out_.put(wire::Pong{pong_token_})) pong_due_ = false;
    if (heartbeat_.ping_due(moved_at_us_) && out_.put(wire::Ping{heartbeat_.next_token()}))
      heartbeat_.ping_sent(moved_at_us_);
    exchange.fill(out_, window_, max_payload_, moved_at_us_, round_trip_us() / 2);
  }

  // Takes what has come. Stops at the end of an answer, so that it is seen at once.
  void receive(Exchange& exchange, uint32_t wait_us) {
    for (int round = 0; round < rounds_per_poll && state_ >= State::greeting; ++round) {
      uint8_t small[64];
      uint8_t* into = small;
      size_t room = reader_.wanted();
      if (reader_.payload_left() != 0 && exchange.payload_place() != nullptr) {
        into = exchange.payload_place();
      } else if (room > sizeof small) {
        room = sizeof small;
      }
      const Transfer got = connector_.link.receive(connector_.link.context, into, room, wait_us);
      wait_us = 0;
      if (got.status == Status::pending) return;
      if (got.status != Status::ok) return lose(exchange, cause_of(got.status));
      COINFER_ASSERT(got.bytes <= room);
      heartbeat_.heard(now_us());
      received_bytes_ += static_cast<uint32_t>(got.bytes);
      const Took took = take(reader_.push(into, got.bytes), exchange);
      if (took == Took::bad) return reject(exchange);
      if (exchange.state() == Exchange::State::answered) return;
    }
  }

  // One event of the reader, which was never given more than the present part of a frame.
  Took take(const wire::FrameStep& step, Exchange& exchange) {
    switch (step.event) {
      case wire::FrameEvent::need_more:
        return Took::good;
      case wire::FrameEvent::payload:
        if (reader_.type() == wire::MessageType::table) {
          tables_->take_payload(step.payload, step.payload_bytes);
        } else {
          exchange.take_payload(step.payload, static_cast<uint32_t>(step.payload_bytes), step.frame_end);
        }
        return Took::good;
      case wire::FrameEvent::header:
        return state_ == State::greeting ? take_greeting(exchange) : take_message(exchange);
      case wire::FrameEvent::bad_message:
        return Took::bad;
    }
    return Took::bad;
  }

  Took take_greeting(Exchange& exchange) {
    if (reader_.type() == wire::MessageType::bye) return take_bye(exchange, reader_.message().bye);
    if (reader_.type() != wire::MessageType::welcome) return Took::bad;
    const wire::Welcome& welcome = reader_.message().welcome;
    if (!good_welcome(welcome, nonce_, features())) return Took::bad;
    if (options_->require_exact && !welcome.exact) {
      say_bye(wire::ByeReason::exact_unavailable);
      lose(exchange, Cause::not_exact);
      return Took::closed;
    }
    window_ = welcome.window_bytes;
    max_payload_ = welcome.max_payload_bytes;
    if (welcome.ping_interval_ms >= least_ping_ms)
      heartbeat_.ask_within(milliseconds(welcome.ping_interval_ms, most_pause_ms));
    heartbeat_.greeted(now_us() - hello_at_us_);
    ++connections_;
    state_ = State::ready;
    return Took::good;
  }

  Took take_message(Exchange& exchange) {
    const wire::AnyMessage& message = reader_.message();
    switch (reader_.type()) {
      case wire::MessageType::credit:
        if (message.credit.bytes > UINT32_MAX - window_ || message.credit.sequence > exchange.sequence())
          return Took::bad;
        window_ += message.credit.bytes;
        starved_ = 0;
        return Took::good;
      case wire::MessageType::refusal:
        backoff_.success();
        return exchange.take(message.refusal) ? Took::good : Took::bad;
      case wire::MessageType::answer:
        if (!exchange.take(message.answer)) return Took::bad;
        backoff_.success();
        if (exchange.state() == Exchange::State::receiving)
          heartbeat_.at_most(now_us() - exchange.sent_at_us());
        return Took::good;
      case wire::MessageType::chunk:
        return exchange.take(message.chunk, reader_.payload_bytes()) ? Took::good : Took::bad;
      case wire::MessageType::ping:
        pong_token_ = message.ping.token;
        pong_due_ = true;
        return Took::good;
      case wire::MessageType::pong:
        return heartbeat_.pong(message.pong.token, now_us()) ? Took::good : Took::bad;
      case wire::MessageType::table:
        return tables_ != nullptr && tables_->take(message.table, reader_.payload_bytes()) ? Took::good
                                                                                           : Took::bad;
      case wire::MessageType::bye:
        return take_bye(exchange, message.bye);
      case wire::MessageType::hello:
      case wire::MessageType::welcome:
      case wire::MessageType::infer:
      case wire::MessageType::cancel:
        return Took::bad;
    }
    return Took::bad;
  }

  Took take_bye(Exchange& exchange, const wire::Bye& bye) {
    if (bye.reason == static_cast<uint32_t>(wire::ByeReason::idle) && state_ == State::ready) {
      exchange.fail(Cause::link_down);
      close();
      backoff_.pause(now_us(), options_->backoff_min_us, entropy_);
    } else {
      lose(exchange, cause_of(static_cast<wire::ByeReason>(bye.reason)),
           milliseconds(bye.reconnect_after_ms, most_pause_ms));
    }
    return Took::closed;
  }

  void check_time(Exchange& exchange) {
    if (state_ < State::greeting) return;
    const uint64_t now = now_us();
    const bool stuck = !out_.empty() && now - moved_at_us_ > options_->ping_timeout_us;
    const bool no_welcome = state_ == State::greeting && now - began_at_us_ > options_->connect_timeout_us;
    if (stuck || no_welcome || heartbeat_.dead(now)) lose(exchange, Cause::link_down);
  }

  void reject(Exchange& exchange) {
    ++bad_messages_;
    say_bye(wire::ByeReason::bad_message);
    lose(exchange, Cause::bad_message);
  }

  // Best effort: only where it needs no waiting and the stream is between frames.
  void say_bye(wire::ByeReason reason) {
    wire::Bye bye = {};
    bye.reason = static_cast<uint32_t>(reason);
    if (out_.empty() && out_.put(bye)) static_cast<void>(out_.flush(connector_.link, 0));
  }

  void close() {
    connector_.close(connector_.context);
    out_.clear();
    state_ = State::closed;
  }

  void lose(Exchange& exchange, Cause cause, uint32_t at_least_us = 0) {
    if (state_ < State::ready) ++failed_connections_;
    close();
    exchange.fail(cause);
    failure_ = cause;
    backoff_.failure(now_us(), options_->backoff_min_us, options_->backoff_max_us, at_least_us, entropy_);
  }

  Connector connector_ = {};
  Clock clock_ = {};
  Entropy entropy_ = {};
  const SessionOptions* options_ = nullptr;
  const uint8_t* identity_ = nullptr;
  SendBuffer out_;
  wire::FrameReader reader_;
  Backoff backoff_;
  Heartbeat heartbeat_;
  State state_ = State::closed;
  Cause failure_ = Cause::none;  // of the last attempt, while the back-off is failing
  bool pong_due_ = false;
  uint8_t starved_ = 0;
  uint16_t max_payload_ = 0;
  uint32_t window_ = 0;  // credit in payload bytes
  uint32_t cancel_ = 0;  // sequence still to be cancelled; 0 = none
  uint32_t pong_token_ = 0;
  uint32_t connect_step_us_ = 0;
  uint64_t nonce_ = 0;
  uint64_t began_at_us_ = 0;
  uint64_t hello_at_us_ = 0;
  uint64_t moved_at_us_ = 0;  // when sending last made progress
  uint32_t sent_bytes_ = 0;
  uint32_t received_bytes_ = 0;
  uint32_t connections_ = 0;
  uint32_t failed_connections_ = 0;
  uint32_t bad_messages_ = 0;
  TableReceiver* tables_ = nullptr;  // null: none are asked for
};

}  // namespace coinfer::detail
COINFER_CODE_END
