// SPDX-License-Identifier: Apache-2.0
// The header messages by name, their frame types, and the numbers inside them that have a meaning.
#pragma once

#include <coinfer/wire/coinfer_wire.pb.h>

#include <coinfer/compiler.hpp>
#include <cstddef>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer::wire {

inline constexpr uint8_t wire_version = 1;
inline constexpr uint8_t wire_version_min = 1;  // oldest version that is still spoken

// Bits of Hello and Welcome.
inline constexpr uint32_t feature_tables = 1;  // the edge peer may send split tables
inline constexpr uint32_t known_features = feature_tables;
inline constexpr size_t identity_bytes = sizeof(coinfer_wire_Hello::identity);
inline constexpr size_t max_tensors =
    sizeof(coinfer_wire_Infer::tensors) / sizeof(coinfer_wire_Infer::tensors[0]);

using Hello = coinfer_wire_Hello;
using Welcome = coinfer_wire_Welcome;
using Infer = coinfer_wire_Infer;
using Chunk = coinfer_wire_Chunk;
using Credit = coinfer_wire_Credit;
using Refusal = coinfer_wire_Refusal;
using Cancel = coinfer_wire_Cancel;
using Answer = coinfer_wire_Answer;
using Ping = coinfer_wire_Ping;
using Pong = coinfer_wire_Pong;
using Bye = coinfer_wire_Bye;
using Table = coinfer_wire_Table;

// Frame type. From 0x80 on: optional, a receiver that does not know it skips it. Below: required.
enum class MessageType : uint8_t {
  hello = 1,
  welcome = 2,
  infer = 3,
  chunk = 4,
  credit = 5,
  refusal = 6,
  cancel = 7,
  answer = 8,
  ping = 9,
  pong = 10,
  bye = 11,
  table = 129,
};

inline constexpr uint8_t optional_type_bit = 0x80;

// Infer.codec
enum class Codec : uint8_t { raw = 0 };

// Refusal.reason. A receiver may meet a number that is not listed: it is then a refusal for another reason.
enum class RefusalReason : uint32_t {
  overloaded = 1,
  late = 2,  // would not be ready in remaining_us
  bad_split = 3,
  bad_exit = 4,
  bad_codec = 5,
  bad_tensors = 6,
  draining = 7,
  internal = 8,
};

// Bye.reason, with the same rule for other numbers.
enum class ByeReason : uint32_t {
  draining = 1,
  unknown_model = 2,
  version = 3,
  exact_unavailable = 4,
  feature_unsupported = 5,
  bad_message = 6,
  credit_exceeded = 7,
  idle = 8,
  shutting_down = 9,
};

// What the codec needs to know of a message type: MessageTraits<Hello>::type, ::fields, ::max_bytes (encoded
// size).
template <class Message>
struct MessageTraits;

template <MessageType Type, const pb_msgdesc_t* Fields, size_t MaxBytes>
struct MessageTraitsOf {
  static constexpr MessageType type = Type;
  static constexpr const pb_msgdesc_t* fields = Fields;
  static constexpr size_t max_bytes = MaxBytes;
};

template <>
struct MessageTraits<Hello>
    : MessageTraitsOf<MessageType::hello, &coinfer_wire_Hello_msg, coinfer_wire_Hello_size> {};
template <>
struct MessageTraits<Welcome>
    : MessageTraitsOf<MessageType::welcome, &coinfer_wire_Welcome_msg, coinfer_wire_Welcome_size> {};
template <>
struct MessageTraits<Infer>
    : MessageTraitsOf<MessageType::infer, &coinfer_wire_Infer_msg, coinfer_wire_Infer_size> {};
template <>
struct MessageTraits<Chunk>
    : MessageTraitsOf<MessageType::chunk, &coinfer_wire_Chunk_msg, coinfer_wire_Chunk_size> {};
template <>
struct MessageTraits<Credit>
    : MessageTraitsOf<MessageType::credit, &coinfer_wire_Credit_msg, coinfer_wire_Credit_size> {};
template <>
struct MessageTraits<Refusal>
    : MessageTraitsOf<MessageType::refusal, &coinfer_wire_Refusal_msg, coinfer_wire_Refusal_size> {};
template <>
struct MessageTraits<Cancel>
    : MessageTraitsOf<MessageType::cancel, &coinfer_wire_Cancel_msg, coinfer_wire_Cancel_size> {};
template <>
struct MessageTraits<Answer>
    : MessageTraitsOf<MessageType::answer, &coinfer_wire_Answer_msg, coinfer_wire_Answer_size> {};
template <>
struct MessageTraits<Ping>
    : MessageTraitsOf<MessageType::ping, &coinfer_wire_Ping_msg, coinfer_wire_Ping_size> {};
template <>
struct MessageTraits<Pong>
    : MessageTraitsOf<MessageType::pong, &coinfer_wire_Pong_msg, coinfer_wire_Pong_size> {};
template <>
struct MessageTraits<Bye> : MessageTraitsOf<MessageType::bye, &coinfer_wire_Bye_msg, coinfer_wire_Bye_size> {
};
template <>
struct MessageTraits<Table>
    : MessageTraitsOf<MessageType::table, &coinfer_wire_Table_msg, coinfer_wire_Table_size> {};

// One decoded message; MessageType says which member.
union AnyMessage {
  Hello hello;
  Welcome welcome;
  Infer infer;
  Chunk chunk;
  Credit credit;
  Refusal refusal;
  Cancel cancel;
  Answer answer;
  Ping ping;
  Pong pong;
  Bye bye;
  Table table;
};

// Null for a number that is no message type of this version.
constexpr const pb_msgdesc_t* message_fields(MessageType type) {
  switch (type) {
    case MessageType::hello:
      return MessageTraits<Hello>::fields;
    case MessageType::welcome:
      return MessageTraits<Welcome>::fields;
    case MessageType::infer:
      return MessageTraits<Infer>::fields;
    case MessageType::chunk:
      return MessageTraits<Chunk>::fields;
    case MessageType::credit:
      return MessageTraits<Credit>::fields;
    case MessageType::refusal:
      return MessageTraits<Refusal>::fields;
    case MessageType::cancel:
      return MessageTraits<Cancel>::fields;
    case MessageType::answer:
      return MessageTraits<Answer>::fields;
    case MessageType::ping:
      return MessageTraits<Ping>::fields;
    case MessageType::pong:
      return MessageTraits<Pong>::fields;
    case MessageType::bye:
      return MessageTraits<Bye>::fields;
    case MessageType::table:
      return MessageTraits<Table>::fields;
  }
  return nullptr;
}

}  // namespace coinfer::wire
COINFER_CODE_END
