// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/session/answer.hpp>
#include <coinfer/session/send_buffer.hpp>
#include <coinfer/wire/message.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// One tensor of the feature, in the device's arena.
struct FeaturePiece {
  const uint8_t* bytes;
  uint32_t size;
};

inline constexpr int max_answer_slots = 16;
inline constexpr uint32_t answer_alignment = 8;
constexpr uint32_t aligned_answer_bytes(uint32_t bytes) {
  return (bytes + answer_alignment - 1) / answer_alignment * answer_alignment;
}

// What one inference sends and expects; filled by the session before Exchange::begin().
struct ExchangePlan {
  FeaturePiece pieces[wire::max_tensors] = {};
  uint16_t tensors[wire::max_tensors] = {};  // of each piece: its index in the model file
  uint32_t slot_bytes[max_answer_slots] = {};
  uint8_t piece_count = 0;
  uint8_t slot_count = 0;
  uint8_t exit = 0;
  uint16_t split = 0;
  uint32_t answer_bytes = 0;  // sum of slot_bytes

  void add_piece(const uint8_t* bytes, uint32_t size, uint16_t tensor) {
    tensors[piece_count] = tensor;
    pieces[piece_count++] = {bytes, size};
  }
  void add_slot(uint32_t bytes) {
    slot_bytes[slot_count++] = bytes;
    answer_bytes += bytes;
  }
};

// One inference at the edge peer: sends the feature under the credit, takes the answer. Everything received
// is compared with the plan; a take...() that returns false has met a bad message.
class Exchange {
 public:
  enum class State : uint8_t {
    idle,
    requested,  // nothing sent yet
    sending,
    staged,     // the whole feature is in the send buffer
    waiting,    // the link has taken all of it
    receiving,  // the answer's first message is here
    answered,
    refused,
    failed,
  };

  ExchangePlan plan;

  State state() const { return state_; }
  bool active() const { return state_ >= State::requested && state_ <= State::receiving; }
  uint32_t sequence() const { return sequence_; }  // of the latest inference
  Cause cause() const { return cause_; }           // with State::failed
  uint32_t refusal() const { return refusal_; }
  uint32_t retry_after_ms() const { return retry_after_ms_; }
  uint32_t load() const { return load_; }
  uint32_t queue_us() const { return queue_us_; }
  uint32_t compute_us() const { return compute_us_; }
  uint64_t sent_at_us() const { return sent_at_us_; }
  uint32_t discarded() const { return discarded_; }

  // `answer` has room for the plan's slots, each at a multiple of answer_alignment. `answer_by_us` is when
  // the device stops waiting, 0 = not because of the time.
  void begin(uint8_t* answer, uint64_t answer_by_us) {
    answer_ = answer;
    answer_by_us_ = answer_by_us;
    ++sequence_;
    slot_ = 0;
    slot_offset_ = answer_offset_ = sent_ = received_ = 0;
    sent_at_us_ = 0;
    queue_us_ = compute_us_ = 0;
    chunk_wanted_ = false;
    state_ = State::requested;
  }

  // Stops it. True when the edge peer has to be told.
  bool stop() {
    const bool known = active() && state_ != State::requested;
    state_ = State::idle;
    chunk_wanted_ = false;
    return known;
  }

  void fail(Cause cause) {
    if (!active()) return;
    cause_ = cause;
    state_ = State::failed;
    chunk_wanted_ = false;
  }

  // Adds what may be sent now. `window` is the credit in bytes.
  void fill(SendBuffer& out, uint32_t& window, uint16_t max_payload, uint64_t now_us, uint32_t return_us) {
    if (state_ == State::requested && out.put(infer(now_us, return_us))) {
      state_ = State::sending;
      slot_ = 0;
      slot_offset_ = 0;
    }
    while (state_ == State::sending && fill_chunk(out, window, max_payload)) {
    }
  }

  // The link has taken everything that was in the send buffer.
  void flushed(uint64_t now_us) {
    if (state_ != State::staged) return;
    state_ = State::waiting;
    sent_at_us_ = now_us;
    slot_ = 0;
    slot_offset_ = 0;
  }

  bool take(const wire::Answer& answer) {
    if (answer.sequence > sequence_) return false;
    if (!current(answer.sequence)) return ++discarded_, true;
    if (state_ != State::waiting || answer.output_bytes != plan.answer_bytes) return false;
    queue_us_ = answer.queue_us;
    compute_us_ = answer.compute_us;
    load_ = answer.load_permille;
    state_ = State::receiving;
    return true;
  }

  bool take(const wire::Refusal& refusal) {
    if (refusal.sequence > sequence_) return false;
    if (!current(refusal.sequence)) return true;
    if (state_ == State::requested) return false;
    refusal_ = refusal.reason;
    retry_after_ms_ = refusal.retry_after_ms;
    load_ = refusal.load_permille;
    state_ = State::refused;
    return true;
  }

  // The header of a chunk. Its payload is given to take_payload(), or dropped when payload_place() is null.
  bool take(const wire::Chunk& chunk, uint32_t payload_bytes) {
    chunk_wanted_ = false;
    if (chunk.sequence > sequence_) return false;
    if (!current(chunk.sequence)) return true;
    if (state_ != State::receiving) return false;
    const bool complete = received_ + payload_bytes == plan.answer_bytes;
    if (chunk.end && !complete) return false;
    if (payload_bytes == 0) {  // a mark that the answer is complete, or nothing at all
      if (chunk.end) state_ = State::answered;
      return chunk.end;
    }
    if (chunk.slot != slot_ || slot_ >= plan.slot_count) return false;
    if (payload_bytes > plan.slot_bytes[slot_] - slot_offset_) return false;
    chunk_wanted_ = true;
    chunk_end_ = chunk.end;
    return true;
  }

  // Where the next payload bytes belong; null when they are of no inference that is still wanted.
  uint8_t* payload_place() { return chunk_wanted_ ? answer_ + answer_offset_ : nullptr; }

  // `bytes` may lie at payload_place() already.
  void take_payload(const uint8_t* bytes, uint32_t count, bool chunk_complete) {
    if (!chunk_wanted_) return;
    if (bytes != payload_place()) std::memcpy(payload_place(), bytes, count);
    received_ += count;
    answer_offset_ += count;
    slot_offset_ += count;
    if (!chunk_complete) return;
    chunk_wanted_ = false;
    if (slot_offset_ == plan.slot_bytes[slot_]) {
      ++slot_;
      slot_offset_ = 0;
      answer_offset_ = aligned_answer_bytes(answer_offset_);
    }
    if (chunk_end_) state_ = State::answered;
  }

  uint32_t sent_payload() const { return sent_; }
  uint32_t received_payload() const { return received_; }

 private:
  bool current(uint32_t sequence) const { return active() && sequence == sequence_; }

  wire::Infer infer(uint64_t now_us, uint32_t return_us) const {
    wire::Infer infer = {};
    infer.sequence = sequence_;
    infer.split = plan.split;
    infer.exit = plan.exit;
    infer.codec = static_cast<uint8_t>(wire::Codec::raw);
    infer.tensors_count = plan.piece_count;
    for (int i = 0; i < plan.piece_count; ++i) infer.tensors[i] = plan.tensors[i];
    if (answer_by_us_ != 0) {
      const uint64_t arrival = now_us + return_us;
      const uint64_t left = answer_by_us_ > arrival ? answer_by_us_ - arrival : 1;
      infer.remaining_us = left > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(left);
    }
    return infer;
  }

  // False when the credit, the buffer or the feature is used up.
  bool fill_chunk(SendBuffer& out, uint32_t& window, uint16_t max_payload) {
    constexpr size_t worthwhile = 64;  // do not fill the buffer's last bytes with a tiny chunk
    const FeaturePiece& piece = plan.pieces[slot_];
    const uint32_t left = piece.size - slot_offset_;
    const size_t room = out.chunk_room();
    if (room < left && room < worthwhile && !out.empty()) return false;
    uint32_t size = left < window ? left : window;
    if (size > max_payload) size = max_payload;
    if (size > room) size = static_cast<uint32_t>(room);
    if (size == 0) return false;
    const bool end = size == left && slot_ + 1 == plan.piece_count;
    out.put_chunk({sequence_, slot_, end}, piece.bytes + slot_offset_, static_cast<uint16_t>(size));
    window -= size;
    sent_ += size;
    slot_offset_ += size;
    if (size == left) {
      ++slot_;
      slot_offset_ = 0;
    }
    if (end) state_ = State::staged;
    return !end;
  }

  State state_ = State::idle;
  Cause cause_ = Cause::none;
  uint8_t slot_ = 0;  // of the feature while sending, of the answer while receiving
  bool chunk_wanted_ = false;
  bool chunk_end_ = false;
  uint16_t load_ = 0;
  uint32_t sequence_ = 0;
  uint32_t slot_offset_ = 0;
  uint32_t answer_offset_ = 0;
  uint32_t sent_ = 0;      // payload of the feature
  uint32_t received_ = 0;  // payload of the answer
  uint8_t* answer_ = nullptr;
  uint64_t answer_by_us_ = 0;
  uint64_t sent_at_us_ = 0;
  uint32_t queue_us_ = 0;
  uint32_t compute_us_ = 0;
  uint32_t refusal_ = 0;
  uint32_t retry_after_ms_ = 0;
  uint32_t discarded_ = 0;
};

}  // namespace coinfer::detail
COINFER_CODE_END
