// SPDX-License-Identifier: Apache-2.0
#include "serve/connection.hpp"

#include <algorithm>

namespace coinfer::serve {

using wire::ByeReason;
using wire::FrameEvent;
using wire::MessageType;

Connection::Connection(ConnectionHost& host, const ConnectionLimits& limits) : host_(host), limits_(limits) {
  reader_.reset(limits_.max_payload_bytes);
  last_frame_us_ = host_.now_us();
}

std::size_t Connection::receive(const std::uint8_t* bytes, std::size_t count) {
  std::size_t taken = 0;
  while (taken < count && state_ != State::closing && output_.size() <= limits_.max_pending_output_bytes) {
    const wire::FrameStep step = reader_.push(bytes + taken, count - taken);
    taken += step.consumed;
    switch (step.event) {
      case FrameEvent::need_more:
        break;
      case FrameEvent::header:
        on_header();
        if (step.frame_end && state_ != State::closing && reader_.type() == MessageType::chunk)
          on_chunk_end();
        break;
      case FrameEvent::payload:
        on_payload(step.payload, step.payload_bytes);
        if (step.frame_end && state_ != State::closing) on_chunk_end();
        break;
      case FrameEvent::bad_message:
        on_bad_frame();
        break;
    }
    if (step.frame_end) last_frame_us_ = host_.now_us();
  }
  return taken;
}

void Connection::sent(std::size_t count) {
  output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(count));
  if (output_.empty()) Bytes().swap(output_);
}

void Connection::on_bad_frame() {
  const wire::FramePrefix& prefix = reader_.prefix();
  const bool oversized =
      prefix.reserved == 0 && (wire::message_fields(reader_.type()) != nullptr) &&
      (prefix.payload_bytes > limits_.max_payload_bytes || prefix.header_bytes > wire::max_header_bytes);
  fail(oversized ? Event::oversized_frame : Event::garbage, ByeReason::bad_message, prefix.type);
}

void Connection::on_header() {
  const wire::AnyMessage& message = reader_.message();
  const MessageType type = reader_.type();
  if (state_ == State::hello) {
    if (type == MessageType::hello) return on_hello(message.hello);
    return fail(Event::unexpected_message, ByeReason::bad_message, reader_.prefix().type);
  }
  switch (type) {
    case MessageType::infer:
      return on_infer(message.infer);
    case MessageType::chunk:
      return on_chunk(message.chunk, reader_.payload_bytes());
    case MessageType::cancel:
      return on_cancel(message.cancel);
    case MessageType::ping:
      return send(wire::Pong{message.ping.token});
    case MessageType::pong:
      return;
    case MessageType::bye:
      forget_inference();
      state_ = State::closing;
      return;
    case MessageType::hello:
    case MessageType::welcome:
    case MessageType::credit:
    case MessageType::refusal:
    case MessageType::answer:
    case MessageType::table:
      return fail(Event::unexpected_message, ByeReason::bad_message, reader_.prefix().type);
  }
}

void Connection::on_hello(const wire::Hello& hello) {
  const std::uint8_t version = std::min(hello.wire_version, wire::wire_version);
  if (version < wire::wire_version_min || version < hello.wire_version_min) {
    return fail(Event::version_unsupported, ByeReason::version, wire::wire_version);
  }
  const std::uint32_t unknown_features = hello.required_features & ~wire::known_features;
  if (unknown_features != 0) {
    return fail(Event::feature_unsupported, ByeReason::feature_unsupported, unknown_features);
  }
  if (hello.max_payload_bytes == 0) return fail(Event::garbage, ByeReason::bad_message);
  const ServedModel* model = host_.find_model(hello.identity);
  if (model == nullptr) return fail(Event::unknown_identity, ByeReason::unknown_model);
  if (hello.require_exact && !model->exact())
    return fail(Event::exact_unavailable, ByeReason::exact_unavailable);
  if (draining_) return goodbye(ByeReason::draining);

  model_ = model;
  peer_max_payload_bytes_ = std::min(hello.max_payload_bytes, limits_.max_payload_bytes);
  credit_bytes_ = limits_.window_bytes;
  state_ = State::idle;
  host_.counters().add(Event::sessions);
  wire::Welcome welcome{};
  welcome.wire_version = version;
  welcome.features = (hello.required_features | hello.optional_features) & wire::known_features;
  welcome.exact = model->exact();
  welcome.session_nonce = hello.session_nonce;
  welcome.window_bytes = limits_.window_bytes;
  welcome.max_payload_bytes = limits_.max_payload_bytes;
  model->name().copy(welcome.model, sizeof(welcome.model) - 1);
  send(welcome);
  if ((welcome.features & wire::feature_tables) != 0 && model->table_version() > hello.table_version)
    send_table();
}

void Connection::send_table() {
  const Bytes& table = model_->table();
  wire::Table message{model_->table_version(), static_cast<std::uint32_t>(table.size()), 0};
  while (message.offset < message.total_bytes) {
    const std::uint32_t left = message.total_bytes - message.offset;
    const auto piece = static_cast<std::uint16_t>(std::min<std::uint32_t>(left, peer_max_payload_bytes_));
    std::uint8_t header[wire::frame_header_capacity<wire::Table>];
    const std::size_t header_bytes = wire::encode(message, header, sizeof header, piece);
    output_.insert(output_.end(), header, header + header_bytes);
    const auto from = table.begin() + message.offset;
    output_.insert(output_.end(), from, from + piece);
    message.offset += piece;
  }
}

void Connection::forget_inference() {
  if (in_flight()) host_.forget(job_.sequence);
  Bytes().swap(job_.feature);
}

void Connection::goodbye(ByeReason reason, std::uint32_t detail) {
  if (state_ == State::closing) return;
  forget_inference();
  wire::Bye bye{};
  bye.reason = static_cast<std::uint32_t>(reason);
  bye.reconnect_after_ms = limits_.reconnect_after_ms;
  bye.detail = detail;
  send(bye);
  state_ = State::closing;
}

void Connection::fail(Event event, ByeReason reason, std::uint32_t detail) {
  host_.counters().add(event);
  goodbye(reason, detail);
}

void Connection::tick() {
  // A place for computing is not kept for a feature that does not come.
  if (state_ == State::receiving && host_.now_us() > receive_by_us_) {
    forget_inference();
    return refuse(Event::refused_late, wire::RefusalReason::late);
  }
  const std::uint64_t quiet_us = host_.now_us() - last_frame_us_;
  if (state_ == State::hello && quiet_us > limits_.hello_timeout_us) {
    fail(Event::handshake_timeout, ByeReason::idle);
  } else if (state_ != State::computing && state_ != State::closing && quiet_us > limits_.idle_timeout_us) {
    fail(Event::idle_timeout, ByeReason::idle);
  }
}

void Connection::drain() {
  draining_ = true;
  if (!in_flight()) goodbye(ByeReason::draining);
}

void Connection::shut_down() { goodbye(ByeReason::shutting_down); }

void Connection::peer_closed() {
  if (state_ == State::closing) return;
  host_.counters().add(reader_.between_frames() ? Event::closed_by_peer : Event::truncated_frame);
  forget_inference();
  state_ = State::closing;
}

}  // namespace coinfer::serve
