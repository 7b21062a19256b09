// SPDX-License-Identifier: Apache-2.0
// Cuts a byte stream into frames, for both ends. Header messages are decoded whole; payload is handed on as
// it comes, never stored. Everything is bounded, and nothing behind the given bytes is read.
#pragma once

#include <pb_decode.h>

#include <coinfer/compiler.hpp>
#include <coinfer/wire/frame.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::wire {

enum class FrameEvent : uint8_t {
  need_more,    // everything was consumed and nothing is complete
  header,       // message() holds a new message; its payload, if any, follows as `payload` events
  payload,      // a piece of the payload of message(); it lies in the caller's own bytes
  bad_message,  // not a frame of this protocol; the reader stays in this state until reset()
};

struct FrameStep {
  FrameEvent event;
  bool frame_end;          // the frame is complete with this event
  size_t consumed;         // bytes taken from the front of the input
  const uint8_t* payload;  // for FrameEvent::payload, else null
  size_t payload_bytes;
};

// Use, after reset():
//   while (count > 0) {
//     const FrameStep step = reader.push(bytes, count);
//     bytes += step.consumed; count -= step.consumed;
//     switch (step.event) { ... }
//   }
class FrameReader {
 public:
  // Starts a new stream. `max_payload_bytes`: what this end announces in Hello or Welcome; a larger payload
  // is a bad message. (Not a constructor's argument, so that a static reader is all zero and lies in .bss.)
  void reset(uint16_t max_payload_bytes) {
    max_payload_bytes_ = max_payload_bytes;
    part_ = Part::prefix;
    filled_ = 0;
    payload_left_ = 0;
  }

  // Takes bytes up to the next event. need_more is returned only when all of them were consumed.
  FrameStep push(const uint8_t* bytes, size_t count) {
    size_t consumed = 0;
    while (part_ != Part::broken) {
      if (part_ == Part::payload) return take_payload(bytes, count, consumed);
      const size_t want = wanted();
      const size_t take = count - consumed < want ? count - consumed : want;
      if (part_ == Part::skipped) {
        payload_left_ -= take;
      } else if (take != 0) {
        std::memcpy(buffer_ + filled_, bytes + consumed, take);
        filled_ += take;
      }
      consumed += take;
      if (take < want) return {FrameEvent::need_more, false, consumed, nullptr, 0};
      if (finish_part()) return {FrameEvent::header, payload_left_ == 0, consumed, nullptr, 0};
    }
    return {FrameEvent::bad_message, false, consumed, nullptr, 0};
  }

  // Bytes to the end of the present part of the frame (prefix, header or payload): who receives no more than
  // this never holds bytes of the next part. At least 1 while the stream is good.
  size_t wanted() const {
    switch (part_) {
      case Part::prefix:
        return prefix_bytes - filled_;
      case Part::header:
        return prefix_.header_bytes - filled_;
      case Part::payload:
      case Part::skipped:
        return payload_left_;
      case Part::broken:
        return 0;
    }
    return 0;
  }

  // Payload bytes of message() that are still to come: they can be received straight to where they belong,
  // and then pushed from there.
  size_t payload_left() const { return part_ == Part::payload ? payload_left_ : 0; }

  // Valid from a header event to the next one.
  MessageType type() const { return static_cast<MessageType>(prefix_.type); }
  const AnyMessage& message() const { return message_; }
  uint16_t payload_bytes() const { return prefix_.payload_bytes; }

  // The prefix read last, also of a frame that was found bad: tells a statistics counter what was wrong.
  const FramePrefix& prefix() const { return prefix_; }
  // False when the stream so far ends in the middle of a frame.
  bool between_frames() const { return part_ == Part::prefix && filled_ == 0; }

 private:
  enum class Part : uint8_t { prefix, header, payload, skipped, broken };

  FrameStep take_payload(const uint8_t* bytes, size_t count, size_t consumed) {
    const size_t rest = count - consumed;
    const size_t take = rest < payload_left_ ? rest : payload_left_;
    if (take == 0) return {FrameEvent::need_more, false, consumed, nullptr, 0};
    payload_left_ -= take;
    if (payload_left_ == 0) start(Part::prefix);
    return {FrameEvent::payload, payload_left_ == 0, consumed + take, bytes + consumed, take};
  }

  // The present part is complete: goes on to the next one. True when a message was decoded.
  bool finish_part() {
    switch (part_) {
      case Part::prefix:
        return finish_prefix();
      case Part::header:
        return finish_header();
      case Part::skipped:
        start(Part::prefix);
        return false;
      case Part::payload:
      case Part::broken:
        return false;
    }
    return false;
  }

  bool finish_prefix() {
    prefix_ = decode_prefix(buffer_);
    const bool known = message_fields(type()) != nullptr;
    const bool optional = (prefix_.type & optional_type_bit) != 0;
    const bool may_have_payload = type() == MessageType::chunk || type() == MessageType::table || !known;
    if ((!known && !optional) || prefix_.reserved != 0 || prefix_.header_bytes > max_header_bytes ||
        prefix_.payload_bytes > max_payload_bytes_ || (prefix_.payload_bytes != 0 && !may_have_payload)) {
      start(Part::broken);
      return false;
    }
    if (!known) {
      payload_left_ = size_t{prefix_.header_bytes} + prefix_.payload_bytes;
      start(payload_left_ == 0 ? Part::prefix : Part::skipped);
      return false;
    }
    payload_left_ = prefix_.payload_bytes;
    start(Part::header);
    return prefix_.header_bytes == 0 && finish_header();
  }

  bool finish_header() {
    pb_istream_t stream = pb_istream_from_buffer(buffer_, prefix_.header_bytes);
    const bool decoded = pb_decode(&stream, message_fields(type()), &message_);
    if (!decoded) {
      start(Part::broken);
      return false;
    }
    start(payload_left_ == 0 ? Part::prefix : Part::payload);
    return true;
  }

  void start(Part part) {
    part_ = part;
    filled_ = 0;
  }

  AnyMessage message_ = {};
  FramePrefix prefix_ = {};
  uint16_t max_payload_bytes_ = 0;
  Part part_ = Part::prefix;
  size_t filled_ = 0;        // bytes of the present part in buffer_
  size_t payload_left_ = 0;  // of the frame being read; while skipping: with its header
  uint8_t buffer_[max_header_bytes] = {};
};

}  // namespace coinfer::wire
COINFER_CODE_END
