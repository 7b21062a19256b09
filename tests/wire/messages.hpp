// SPDX-License-Identifier: Apache-2.0
// One value of every message with all its fields set, for tests.
#pragma once

#include <coinfer/wire/frame_reader.hpp>
#include <cstring>
#include <string>
#include <vector>

namespace coinfer::tests {

struct Sample {
  std::string name;
  std::vector<uint8_t> frame;
  wire::MessageType type;
};

template <class Message>
Sample sample(const std::string& name, const Message& message, const std::vector<uint8_t>& payload = {}) {
  std::vector<uint8_t> frame(wire::frame_header_capacity<Message>);
  frame.resize(wire::encode(message, frame.data(), frame.size(), static_cast<uint16_t>(payload.size())));
  frame.insert(frame.end(), payload.begin(), payload.end());
  return {name, frame, wire::MessageTraits<Message>::type};
}

// The values behind the recorded bytes of version 1: do not change them, add others.
inline std::vector<Sample> samples() {
  wire::Hello hello = {};
  hello.wire_version = 1;
  hello.wire_version_min = 1;
  for (size_t i = 0; i < wire::identity_bytes; ++i) hello.identity[i] = static_cast<uint8_t>(0xe0 + i);
  hello.required_features = 0x01;
  hello.optional_features = 0x80000002;
  hello.require_exact = true;
  hello.session_nonce = 0x0123456789abcdef;
  hello.max_payload_bytes = 1024;
  std::strcpy(hello.agent, "coinfer 0.1.0 camera, 32 chars..");
  wire::Welcome welcome = {};
  welcome.wire_version = 1;
  welcome.features = 0x03;
  welcome.exact = true;
  welcome.session_nonce = 0x0123456789abcdef;
  welcome.window_bytes = 65536;
  welcome.max_payload_bytes = 16384;
  std::strcpy(welcome.model, "road_signs");
  welcome.ping_interval_ms = 30000;
  wire::Infer infer = {};
  infer.sequence = 4'000'000'000;
  infer.split = 300;
  infer.exit = 2;
  infer.codec = 1;
  infer.tensors_count = 3;
  infer.tensors[0] = 5;
  infer.tensors[1] = 130;
  infer.tensors[2] = 65535;
  infer.remaining_us = 50000;
  wire::Hello with_tables = hello;
  with_tables.optional_features = wire::feature_tables;
  with_tables.table_version = 17;
  const std::vector<uint8_t> payload = {0x80, 0x00, 0x7f, 0xff, 0x01};
  return {sample("hello", hello),
          sample("hello_empty", wire::Hello{}),
          sample("welcome", welcome),
          sample("infer", infer),
          sample("chunk", wire::Chunk{4'000'000'000, 1, false}, payload),
          sample("chunk_end", wire::Chunk{7, 15, true}),
          sample("credit", wire::Credit{7, 4096}),
          sample("refusal", wire::Refusal{7, static_cast<uint32_t>(wire::RefusalReason::late), 250, 900}),
          sample("cancel", wire::Cancel{7}),
          sample("answer", wire::Answer{7, 43, 120, 3400, 875}),
          sample("ping", wire::Ping{0xdeadbeef}),
          sample("pong", wire::Pong{0xdeadbeef}),
          sample("bye", wire::Bye{static_cast<uint32_t>(wire::ByeReason::draining), 60000, 3}),
          sample("table", wire::Table{4'000'000'000, 160, 120}, payload),
          sample("hello_tables", with_tables)};
}

// What a whole stream came to.
struct Decoded {
  std::vector<std::vector<uint8_t>> frames;  // each encoded again from what was decoded
  bool broken = false;
  bool ended_between_frames = true;
};

template <class Message>
std::vector<uint8_t> encode_again(const Message& message, uint16_t payload_bytes) {
  std::vector<uint8_t> frame(wire::frame_header_capacity<Message>);
  frame.resize(wire::encode(message, frame.data(), frame.size(), payload_bytes));
  return frame;
}

inline std::vector<uint8_t> encode_again(const wire::FrameReader& reader) {
  const wire::AnyMessage& message = reader.message();
  const uint16_t payload = reader.payload_bytes();
  switch (reader.type()) {
    case wire::MessageType::hello:
      return encode_again(message.hello, payload);
    case wire::MessageType::welcome:
      return encode_again(message.welcome, payload);
    case wire::MessageType::infer:
      return encode_again(message.infer, payload);
    case wire::MessageType::chunk:
      return encode_again(message.chunk, payload);
    case wire::MessageType::credit:
      return encode_again(message.credit, payload);
    case wire::MessageType::refusal:
      return encode_again(message.refusal, payload);
    case wire::MessageType::cancel:
      return encode_again(message.cancel, payload);
    case wire::MessageType::answer:
      return encode_again(message.answer, payload);
    case wire::MessageType::ping:
      return encode_again(message.ping, payload);
    case wire::MessageType::pong:
      return encode_again(message.pong, payload);
    case wire::MessageType::bye:
      return encode_again(message.bye, payload);
    case wire::MessageType::table:
      return encode_again(message.table, payload);
  }
  return {};
}

// Feeds `bytes` in pieces of `piece` bytes, each in memory of its own size so that a sanitizer sees any read
// behind it.
inline Decoded decode(const std::vector<uint8_t>& bytes, size_t piece, uint16_t max_payload_bytes = 1024) {
  wire::FrameReader reader;
  reader.reset(max_payload_bytes);
  Decoded result;
  for (size_t at = 0; at < bytes.size() && !result.broken; at += piece) {
    const size_t count = std::min(piece, bytes.size() - at);
    const std::vector<uint8_t> exact(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(at + count));
    for (size_t used = 0; used < count && !result.broken;) {
      const wire::FrameStep step = reader.push(exact.data() + used, count - used);
      used += step.consumed;
      if (step.event == wire::FrameEvent::bad_message) result.broken = true;
      if (step.event == wire::FrameEvent::header) result.frames.push_back(encode_again(reader));
      if (step.event == wire::FrameEvent::payload) {
        auto& frame = result.frames.back();
        frame.insert(frame.end(), step.payload, step.payload + step.payload_bytes);
      }
      if (step.event != wire::FrameEvent::need_more) result.ended_between_frames = step.frame_end;
      if (step.event == wire::FrameEvent::need_more && step.consumed > 0) result.ended_between_frames = false;
    }
  }
  return result;
}

}  // namespace coinfer::tests
