// SPDX-License-Identifier: Apache-2.0
// What a session is asked, and what it says about its answer.
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/status.hpp>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer {

inline constexpr int deepest_exit = -1;

// One inference: stages [0, split) here, the rest at the edge peer.
struct Request {
  int split = 0;
  int exit = deepest_exit;
  uint32_t deadline_us = 0;  // from start() on; 0 = none
  // Without a deadline: longest wait for the answer, from the end of the head on, before the inference is
  // finished here. 0 = SessionOptions::answer_timeout_us, which it cannot exceed.
  uint32_t patience_us = 0;
};

enum class Place : uint8_t { device, edge };

// Why the answer was not made by the edge peer.
enum class Cause : uint8_t {
  none,            // it was
  asked,           // the request leaves nothing to offload
  connecting,      // the link was still being opened
  link_down,       // no connection, or it was lost
  not_trusted,     // the edge peer could not be authenticated, or did not accept our credentials
  unsupported,     // the edge peer does not serve this model or wire version
  not_exact,       // bit-exact arithmetic is required and the edge peer has none
  refused,         // the edge peer said no: Answer::refusal
  timed_out,       // no answer in time
  no_time,         // not even a round trip fits before the deadline
  calibrating,     // a deadline is set, and the time that a local finish takes had to be learned first
  bad_message,     // the edge peer sent what it must not send
  unusable_split,  // not allowed here, or more tensors cross than a message can name
  no_entropy,      // the entropy source failed
};
inline constexpr int cause_count = 14;

constexpr const char* to_string(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "none";
    case Cause::asked:
      return "asked";
    case Cause::connecting:
      return "connecting";
    case Cause::link_down:
      return "link down";
    case Cause::not_trusted:
      return "not trusted";
    case Cause::unsupported:
      return "unsupported";
    case Cause::not_exact:
      return "not exact";
    case Cause::refused:
      return "refused";
    case Cause::timed_out:
      return "timed out";
    case Cause::no_time:
      return "no time";
    case Cause::calibrating:
      return "calibrating";
    case Cause::bad_message:
      return "bad message";
    case Cause::unusable_split:
      return "unusable split";
    case Cause::no_entropy:
      return "no entropy";
  }
  return "invalid cause";
}

constexpr const char* to_string(Place place) {
  switch (place) {
    case Place::device:
      return "device";
    case Place::edge:
      return "edge";
  }
  return "invalid place";
}

// Where the time of one inference went. Parts that did not happen are 0.
struct AnswerTimes {
  uint32_t head_us;   // from start() to the end of the head
  uint32_t link_us;   // waiting for the link to open
  uint32_t send_us;   // until the link had taken the last byte of the feature
  uint32_t wait_us;   // from then to the last byte of the outputs
  uint32_t queue_us;  // part of wait_us, as the edge peer says: before its computation
  uint32_t tail_us;   // part of wait_us, as the edge peer says: its computation
  uint32_t local_us;  // finishing on the device
  uint32_t total_us;
};

// Bytes given to and taken from the link for one inference; what TLS adds is not counted.
struct AnswerBytes {
  uint32_t sent;
  uint32_t sent_payload;
  uint32_t received;
  uint32_t received_payload;
};

struct Answer {
  Status status = Status::ok;  // ok, or no_answer
  Place place = Place::device;
  Cause cause = Cause::none;
  bool late = false;     // after the deadline
  int split = 0;         // as asked
  int exit = 0;          // the one that was answered: a fallback may be another one
  uint32_t refusal = 0;  // wire::RefusalReason, with Cause::refused
  uint32_t load = 0;     // of the edge peer as it last said, in permille
  AnswerTimes times = {};
  AnswerBytes bytes = {};
};

struct SessionStatistics {
  uint32_t answers[cause_count];  // by Cause; [none] = made by the edge peer
  uint32_t late;                  // answers after their deadline
  uint32_t no_answer;             // inferences without an answer
  uint32_t connections;           // opened and welcomed
  uint32_t failed_connections;    // given up before a welcome
  uint32_t bad_messages;          // links closed because of what the edge peer sent
  uint32_t discarded_answers;     // too late, or sent twice
};

}  // namespace coinfer
COINFER_CODE_END
