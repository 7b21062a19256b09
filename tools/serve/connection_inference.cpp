// SPDX-License-Identifier: Apache-2.0
// One inference of a session: admitted, received chunk by chunk, computed, answered, refused or cancelled.
#include <algorithm>
#include <utility>

#include "serve/connection.hpp"

namespace coinfer::serve {

using wire::ByeReason;
using wire::RefusalReason;

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
  receive_by_us_ = job_.deadline_us != 0 ? job_.deadline_us : host_.now_us() + limits_.receive_timeout_us;
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

}  // namespace coinfer::serve
