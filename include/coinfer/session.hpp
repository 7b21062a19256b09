// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/clock.hpp>
#include <coinfer/compiler.hpp>
#include <coinfer/config.hpp>
#include <coinfer/link.hpp>
#include <coinfer/session/answer.hpp>
#include <coinfer/session/connection.hpp>
#include <coinfer/session/deadline.hpp>
#include <coinfer/session/exchange.hpp>
#include <coinfer/session/local_run.hpp>
#include <coinfer/session/network.hpp>
#include <coinfer/session/options.hpp>
#include <coinfer/split_table.hpp>
#include <cstddef>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer {

// Runs the head of a network here and the tail at the edge peer, and finishes here when that does not work
// out in time. Needs no heap and no threads; a zero-initialized global is ready for bind().
//
//   static coinfer::Device<signs::Model, coinfer::kernels::Portable> device;
//   static coinfer::Session<decltype(device)> session;
//   session.bind(device, connector, clock, entropy);
//   std::memcpy(device.input(), image, sizeof image);
//   const coinfer::Answer answer = session.infer({/*split=*/4});  // or start(), and poll() in the main loop
//   const std::int8_t* scores = session.output();
//
// poll() runs at most one stage of the network and one computation step of the link. Called while idle it
// opens the link and keeps it alive, so that an inference need not wait for that.
template <class Device, Fallback wanted = SessionNetwork<Device>::fallback, size_t send_buffer_bytes = 896>
class Session {
  using Network = SessionNetwork<Device>;
  static_assert(
      wanted <= Network::fallback,
      "coinfer: this fallback class is not possible: 'full' needs all stages linked into the Device, "
      "'exit' needs all stages of one exit");
  static_assert(send_buffer_bytes >= 256, "coinfer: the send buffer of a session needs at least 256 bytes");

 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Before anything else. `device`, `options` and what the others point to must outlive the session.
  void bind(Device& device, const Connector& connector, const Clock& clock, const Entropy& entropy,
            const SessionOptions& options = default_session_options) {
    device_ = &device;
    options_ = &options;
    memory_.bind(device);
    local_.bind(device, clock, &memory_.stage_us[0]);
    connection_.bind(connector, clock, entropy, options, Network::identity(device), send_buffer_,
                     sizeof send_buffer_);
  }
  void bind(Device&, const Connector&, const Clock&, const Entropy&, SessionOptions&&) = delete;

  // Before the first connection: asks the edge peer for split tables. `receiver` must outlive the session.
  void accept_tables(TableReceiver& receiver) {
    COINFER_ASSERT(connections() == 0 && !connected());
    connection_.accept_tables(receiver);
  }

  // Begins an inference on what lies in the device's inputs. They and the device must be left alone until
  // poll() no longer says pending.
  void start(const Request& request) {
    COINFER_ASSERT(device_ != nullptr && phase_ == Phase::idle);
    const int exit_count = Network::exit_count(*device_);
    request_ = request;
    if (request_.exit == deepest_exit) request_.exit = exit_count - 1;
    COINFER_ASSERT(request_.split >= 0 && request_.split <= Network::max_split(*device_));
    COINFER_ASSERT(request_.exit >= 0 && request_.exit < exit_count);
    local_.begin(request_.split, request_.exit);
    answer_ = Answer{};
    answer_.split = request_.split;
    answer_.exit = request_.exit;
    start_us_ = connection_.now_us();
    deadline_.begin(start_us_, request_.deadline_us);
    connection_.set_busy(true);
    phase_ = Phase::head;
  }

  // Goes on; pending while an inference is under way, then how the last one ended (ok, no_answer). May wait
  // for the link up to `wait_us`, when there is nothing else to do.
  Status poll(uint32_t wait_us = 0) {
    const uint64_t now_us = connection_.now_us();
    connection_.poll(exchange_, capped_wait_us(wait_us, now_us), slack_us(now_us));
    switch (phase_) {
      case Phase::idle:
        break;
      case Phase::head:
        if (local_.step_head()) end_head();
        break;
      case Phase::link:
        step_link();
        break;
      case Phase::edge:
        step_edge();
        break;
      case Phase::local:
        if (local_.step_finish()) end_local();
        break;
    }
    return phase_ == Phase::idle ? answer_.status : Status::pending;
  }

  // start() and poll() to the end.
  const Answer& infer(const Request& request) {
    start(request);
    while (poll(blocking_wait_us) == Status::pending) {
    }
    return answer_;
  }

  // Opens the link ahead of the first inference: ok, or timed_out after about `timeout_us`.
  Status connect(uint32_t timeout_us) {
    COINFER_ASSERT(phase_ == Phase::idle);
    const uint64_t end_us = connection_.now_us() + timeout_us;
    while (!connection_.ready()) {
      if (connection_.now_us() >= end_us) return Status::timed_out;
      static_cast<void>(poll(blocking_wait_us));
    }
    return Status::ok;
  }

  // Says goodbye and closes the link, e.g. before a sleep; the next poll() opens it again.
  void disconnect() {
    COINFER_ASSERT(phase_ == Phase::idle);
    connection_.leave();
  }

  // Runs the linked stages once, on whatever the inputs hold, to learn how long a local finish takes.
  void calibrate() {
    COINFER_ASSERT(phase_ == Phase::idle);
    const int count = Network::max_split(*device_);
    for (int stage = 0; stage < count && Network::first_run_is_slow; ++stage)
      Network::run_stage(*device_, stage);
    for (int stage = 0; stage < count; ++stage) local_.run(stage);
  }

  const Answer& answer() const { return answer_; }

  // The bytes of an output of the network, received or computed here; valid until the next start(). Null when
  // the answered exit does not have it.
  const uint8_t* output(int index) const {
    if (answer_.status != Status::ok || Network::exit_of_output(*device_, index) != answer_.exit)
      return nullptr;
    if (!received(index)) return Network::output(*device_, index);
    uint32_t offset = 0;
    for (int o = 0; o < index; ++o) {
      if (Network::exit_of_output(*device_, o) == answer_.exit && received(o))
        offset += detail::aligned_answer_bytes(Network::output_bytes(*device_, o));
    }
    return &memory_.answer[0] + offset;
  }
  // The same with its type.
  template <int index = 0>
  const auto* output() const {
    using Element = typename ElementOf<Device::Model::outputs[index]->type>::Type;
    return reinterpret_cast<const Element*>(output(index));
  }

  // Whether the edge peer can be asked right now, and why not.
  bool connected() const { return connection_.ready(); }
  Cause link_cause() const { return connection_.ready() ? Cause::none : connection_.cause(); }
  // What has to happen before a feature can be sent. Once there was a connection, the next one is taken to be
  // a resumption.
  LinkState link_state() const {
    if (connection_.ready()) return LinkState::warm;
    if (connection_.failing()) return LinkState::down;
    return connection_.connections() != 0 ? LinkState::resumable : LinkState::cold;
  }
  // Of a message without payload, while the session was idle; smoothed. 0 = not measured yet.
  uint32_t round_trip_us() const { return connection_.round_trip_us(); }
  uint32_t connections() const { return connection_.connections(); }  // opened and welcomed so far
  // Has the round trip measured as soon as poll() is called while the session is idle.
  void ping() { connection_.measure(); }
  uint8_t round_trips() const { return connection_.round_trips(); }  // how often measured, modulo 256
  uint64_t now_us() const { return connection_.now_us(); }

  SessionStatistics statistics() const {
    SessionStatistics all = statistics_;
    all.connections = connection_.connections();
    all.failed_connections = connection_.failed_connections();
    all.bad_messages = connection_.bad_messages();
    all.discarded_answers = exchange_.discarded();
    return all;
  }

 private:
  enum class Phase : uint8_t {
    idle,
    head,   // running the head
    link,   // waiting for the link to open
    edge,   // the edge peer has the inference
    local,  // finishing here
  };
  static constexpr uint32_t blocking_wait_us = 10'000;
  static constexpr uint32_t most_retry_after_ms = 600'000;

  bool received(int output) const {
    return answer_.place == Place::edge && Network::output_stage(*device_, output) >= answer_.split;
  }

  void end_head() {
    const uint64_t now_us = connection_.now_us();
    answer_.times.head_us = static_cast<uint32_t>(now_us - start_us_);
    phase_us_ = now_us;
    if (local_.nothing_to_offload()) return finish(Cause::asked, Status::ok);
    if (!make_plan()) return go_local(Cause::unusable_split);
    const uint32_t most_us = options_->answer_timeout_us;
    const bool patient = request_.patience_us == 0 || request_.patience_us > most_us;
    const Cause cause =
        deadline_.plan(now_us, finish_time(), options_->margin_us, patient ? most_us : request_.patience_us);
    if (cause != Cause::none) return go_local(cause);
    phase_ = Phase::link;
    step_link();
  }

  bool make_plan() {
    if (!options_->allowed_splits.contains(request_.split)) return false;
    exchange_.plan = {};
    exchange_.plan.split = static_cast<uint16_t>(request_.split);
    exchange_.plan.exit = static_cast<uint8_t>(request_.exit);
    for (int o = 0; o < Network::output_count(*device_); ++o) {
      if (Network::exit_of_output(*device_, o) == request_.exit &&
          Network::output_stage(*device_, o) >= request_.split)
        exchange_.plan.add_slot(Network::output_bytes(*device_, o));
    }
    return Network::crossing(*device_, request_.split, request_.exit, exchange_.plan);
  }

  detail::FinishTime finish_time() const {
    detail::FinishTime time = {wanted != Fallback::none, false, 0};
    time.known = time.possible && local_.time_to_finish(time.us);
    return time;
  }

  void step_link() {
    const uint64_t now_us = connection_.now_us();
    if (connection_.ready()) {
      if (now_us < retry_at_us_) {
        answer_.refusal = exchange_.refusal();
        return go_local(Cause::refused);
      }
      if (!deadline_.fits(now_us, connection_.round_trip_us())) {
        connection_.measure();  // it may be shorter by now
        return go_local(Cause::no_time);
      }
      answer_.times.link_us = static_cast<uint32_t>(now_us - phase_us_);
      phase_us_ = now_us;
      answer_.bytes.sent = connection_.sent_bytes();
      answer_.bytes.received = connection_.received_bytes();
      exchange_.begin(&memory_.answer[0], deadline_.answer_by_us());
      phase_ = Phase::edge;
    } else if (deadline_.given_up(now_us) || (!deadline_.only_chance() && !connection_.promising())) {
      answer_.times.link_us = static_cast<uint32_t>(now_us - phase_us_);
      go_local(connection_.cause());
    }
  }

  void step_edge() {
    using State = detail::Exchange::State;
    if (exchange_.state() == State::answered) return finish_edge();
    if (exchange_.state() == State::failed) return go_local(exchange_.cause());
    if (exchange_.state() == State::refused) {
      answer_.refusal = exchange_.refusal();
      retry_at_us_ =
          connection_.now_us() + detail::milliseconds(exchange_.retry_after_ms(), most_retry_after_ms);
      return go_local(Cause::refused);
    }
    if (!deadline_.given_up(connection_.now_us())) return;
    connection_.suspect(exchange_);
    go_local(Cause::timed_out);
  }

  void finish_edge() {
    const uint64_t now_us = connection_.now_us();
    answer_.place = Place::edge;
    answer_.times.wait_us = static_cast<uint32_t>(now_us - exchange_.sent_at_us());
    answer_.times.queue_us = exchange_.queue_us();
    answer_.times.tail_us = exchange_.compute_us();
    end_exchange();
    finish(Cause::none, Status::ok);
  }

  // What the exchange cost, whatever became of it.
  void end_exchange() {
    const uint64_t sent_us = exchange_.sent_at_us() != 0 ? exchange_.sent_at_us() : connection_.now_us();
    answer_.times.send_us = static_cast<uint32_t>(sent_us - phase_us_);
    answer_.load = exchange_.load();
    answer_.bytes.sent = connection_.sent_bytes() - answer_.bytes.sent;  // since the begin
    answer_.bytes.sent_payload = exchange_.sent_payload();
    answer_.bytes.received = connection_.received_bytes() - answer_.bytes.received;
    answer_.bytes.received_payload = exchange_.received_payload();
    if (exchange_.stop()) connection_.cancel(exchange_.sequence());
  }

  void go_local(Cause cause) {
    if (phase_ == Phase::edge) end_exchange();
    answer_.cause = cause;
    phase_us_ = connection_.now_us();
    if (wanted == Fallback::none) return finish(cause, Status::no_answer);
    answer_.exit = local_.local_exit();
    local_.begin_finish();
    phase_ = Phase::local;
  }

  void end_local() {
    answer_.times.local_us = static_cast<uint32_t>(connection_.now_us() - phase_us_);
    finish(answer_.cause, Status::ok);
  }

  void finish(Cause cause, Status status) {
    const uint64_t now_us = connection_.now_us();
    answer_.status = status;
    answer_.cause = cause;
    answer_.late = deadline_.missed(now_us);
    answer_.times.total_us = static_cast<uint32_t>(now_us - start_us_);
    if (status == Status::ok) {
      ++statistics_.answers[static_cast<int>(cause)];
    } else {
      ++statistics_.no_answer;
    }
    if (answer_.late) ++statistics_.late;
    connection_.set_busy(false);
    phase_ = Phase::idle;
  }

  uint64_t slack_us(uint64_t now_us) const {
    if (phase_ == Phase::idle) return UINT64_MAX;
    return deadline_.slack_us(now_us, finish_time(), options_->margin_us);
  }
  uint32_t capped_wait_us(uint32_t wait_us, uint64_t now_us) const {
    if (phase_ == Phase::idle) return wait_us;
    const bool waiting = phase_ == Phase::link || phase_ == Phase::edge;
    return waiting ? deadline_.capped_wait_us(wait_us, now_us) : 0;
  }

  Device* device_ = nullptr;
  const SessionOptions* options_ = nullptr;
  Phase phase_ = Phase::idle;
  Request request_ = {0, 0, 0, 0};  // all zero: a static session must lie in .bss
  uint64_t start_us_ = 0;
  uint64_t phase_us_ = 0;     // begin of the present part
  uint64_t retry_at_us_ = 0;  // as the edge peer's last refusal said
  Answer answer_ = {};
  SessionStatistics statistics_ = {};
  detail::Deadline deadline_;
  detail::LocalRun<Device, wanted> local_;
  detail::Connection connection_;
  detail::Exchange exchange_;
  typename Network::Memory memory_;
  uint8_t send_buffer_[send_buffer_bytes] = {};
};

}  // namespace coinfer
COINFER_CODE_END
