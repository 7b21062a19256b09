// SPDX-License-Identifier: Apache-2.0
#include "serve/connection.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace coinfer::serve {

using wire::ByeReason;
using wire::FrameEvent;
using wire::MessageType;
using wire::RefusalReason;

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
}

void Connection::on_infer(const wire::Infer& infer) {
  if (in_flight()) return fail(Event::unexpected_message, ByeReason::bad_message, infer.sequence);
  if (any_sequence_ && infer.sequence <= job_.sequence) {
    return fail(Event::sequence_not_rising, ByeReason::bad_message, infer.sequence);
  }
  host_.counters().add(Event::infers);
  any_sequence_ = true;
  job_ = Job{};
  job_.sequence = infer.sequence;
  if (infer.exit >= model_->exit_count()) return refuse(Event::refused_bad_exit, RefusalReason::bad_exit);
  if (infer.split > model_->stage_count()) return refuse(Event::refused_bad_split, RefusalReason::bad_split);
  const TailShape* shape = model_->tail(infer.split, infer.exit);
  if (shape == nullptr) return refuse(Event::refused_bad_split, RefusalReason::bad_split);
  if (infer.codec != static_cast<std::uint8_t>(wire::Codec::raw)) {
    return refuse(Event::refused_bad_codec, RefusalReason::bad_codec);
  }
  if (!std::equal(shape->tensors.begin(), shape->tensors.end(), infer.tensors,
                  infer.tensors + infer.tensors_count)) {
    return refuse(Event::refused_bad_tensors, RefusalReason::bad_tensors);
  }
  if (draining_) {
    return refuse(Event::refused_draining, RefusalReason::draining, limits_.reconnect_after_ms);
  }
  const Admission admission = host_.admit(*model_, infer.split, infer.exit, infer.remaining_us);
  if (!admission.admitted) {
    const bool late = admission.reason == RefusalReason::late;
    return refuse(late ? Event::refused_late : Event::refused_overloaded, admission.reason,
                  admission.retry_after_ms);
  }
  begin_receiving(infer, *shape);
}

void Connection::begin_receiving(const wire::Infer& infer, const TailShape& shape) {
  std::size_t feature_bytes = 0;
  for (const std::uint32_t bytes : shape.tensor_bytes) feature_bytes += bytes;
  job_.model = model_;
  job_.split = infer.split;
  job_.exit = infer.exit;
  job_.deadline_us = infer.remaining_us == 0 ? 0 : host_.now_us() + infer.remaining_us;
  job_.feature.reserve(feature_bytes);
  shape_ = &shape;
  slot_ = 0;
  slot_filled_bytes_ = 0;
  state_ = State::receiving;
}

void Connection::on_chunk(const wire::Chunk& chunk, std::uint32_t payload_bytes) {
  chunk_ends_feature_ = false;
  if (payload_bytes > credit_bytes_)
    return fail(Event::credit_exceeded, ByeReason::credit_exceeded, payload_bytes);
  credit_bytes_ -= payload_bytes;
  const bool of_last = any_sequence_ && chunk.sequence == job_.sequence;
  chunk_discarded_ = state_ == State::discarding && of_last;
  if (chunk_discarded_) return;
  if (state_ != State::receiving || !of_last) {
    return fail(Event::unexpected_message, ByeReason::bad_message, chunk.sequence);
  }
  // The next slot begins only when this one is full.
  if (slot_filled_bytes_ == shape_->tensor_bytes[slot_] && chunk.slot == slot_ + 1) {
    ++slot_;
    slot_filled_bytes_ = 0;
  }
  if (chunk.slot != slot_ || slot_ >= shape_->tensors.size() ||
      payload_bytes > shape_->tensor_bytes[slot_] - slot_filled_bytes_) {
    return fail(Event::chunk_overrun, ByeReason::bad_message, chunk.slot);
  }
  chunk_ends_feature_ = chunk.end;
}

void Connection::on_payload(const std::uint8_t* bytes, std::size_t count) {
  owed_bytes_ += static_cast<std::uint32_t>(count);
  if (chunk_discarded_ || state_ != State::receiving) return;
  job_.feature.insert(job_.feature.end(), bytes, bytes + count);
  slot_filled_bytes_ += static_cast<std::uint32_t>(count);
}

void Connection::on_chunk_end() {
  if (!chunk_ends_feature_ || chunk_discarded_) return return_credit(false);
  if (slot_ + 1 != shape_->tensors.size() || slot_filled_bytes_ != shape_->tensor_bytes[slot_]) {
    return fail(Event::chunk_overrun, ByeReason::bad_message, static_cast<std::uint32_t>(slot_));
  }
  return_credit(true);
  compute();
}

// Small pieces are returned together; half a window is always with the device.
void Connection::return_credit(bool all) {
  if (owed_bytes_ == 0 || (!all && owed_bytes_ < limits_.window_bytes / 2)) return;
  credit_bytes_ += owed_bytes_;
  send(wire::Credit{job_.sequence, std::exchange(owed_bytes_, 0)});
}

void Connection::compute() {
  state_ = State::computing;
  Job job = std::move(job_);
  job_ = Job{};
  job_.sequence = job.sequence;
  host_.start(std::move(job));
}

void Connection::finish(std::uint32_t sequence, JobResult result) {
  if (state_ != State::computing || sequence != job_.sequence) return;  // cancelled, or closed
  last_frame_us_ = host_.now_us();
  switch (result.outcome) {
    case JobResult::Outcome::computed:
      return answer(result);
    case JobResult::Outcome::late:
      return refuse(Event::refused_late, RefusalReason::late);
    case JobResult::Outcome::failed:
      return refuse(Event::refused_internal, RefusalReason::internal);
  }
}

void Connection::answer(const JobResult& result) {
  wire::Answer message{};
  message.sequence = job_.sequence;
  message.output_bytes = static_cast<std::uint32_t>(result.outputs.size());
  message.queue_us = result.queue_us;
  message.compute_us = result.compute_us;
  message.load_permille = host_.load_permille();
  send(message);
  send_chunks(result);
  host_.counters().add(Event::answers);
  settle(State::idle);
}

void Connection::send_chunks(const JobResult& result) {
  const std::uint8_t* data = result.outputs.data();
  for (std::size_t slot = 0; slot < shape_->output_bytes.size(); ++slot) {
    std::uint32_t left = shape_->output_bytes[slot];
    while (left > 0) {
      const auto piece = static_cast<std::uint16_t>(std::min<std::uint32_t>(left, peer_max_payload_bytes_));
      left -= piece;
      const bool end = left == 0 && slot + 1 == shape_->output_bytes.size();
      std::uint8_t header[wire::frame_header_capacity<wire::Chunk>];
      const wire::Chunk chunk{job_.sequence, static_cast<std::uint8_t>(slot), end};
      const std::size_t header_bytes = wire::encode(chunk, header, sizeof(header), piece);
      output_.insert(output_.end(), header, header + header_bytes);
      output_.insert(output_.end(), data, data + piece);
      data += piece;
    }
  }
}

void Connection::on_cancel(const wire::Cancel& cancel) {
  if (!any_sequence_ || cancel.sequence > job_.sequence) {
    return fail(Event::unexpected_message, ByeReason::bad_message, cancel.sequence);
  }
  if (cancel.sequence != job_.sequence || !in_flight()) return;  // it crossed the answer on the way
  host_.counters().add(Event::cancelled);
  forget_inference();
  settle(State::discarding);
}

void Connection::refuse(Event event, RefusalReason reason, std::uint32_t retry_after_ms) {
  host_.counters().add(event);
  wire::Refusal refusal{};
  refusal.sequence = job_.sequence;
  refusal.reason = static_cast<std::uint32_t>(reason);
  refusal.retry_after_ms = retry_after_ms;
  refusal.load_permille = host_.load_permille();
  send(refusal);
  settle(State::discarding);
}

void Connection::settle(State state) {
  state_ = state;
  Bytes().swap(job_.feature);
  if (draining_) goodbye(ByeReason::draining);
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

template <class Message>
void Connection::send(const Message& message) {
  std::uint8_t frame[wire::frame_header_capacity<Message>];
  const std::size_t bytes = wire::encode(message, frame, sizeof(frame));
  output_.insert(output_.end(), frame, frame + bytes);
}

}  // namespace coinfer::serve
