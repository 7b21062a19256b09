// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/wire/frame_reader.hpp>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "graph/split.hpp"

// What a device says, as bytes, and what an edge peer answered, as messages. Nothing here checks anything:
// tests send what they like.
namespace wire_client {

namespace wire = coinfer::wire;
using Bytes = std::vector<std::uint8_t>;

template <class Message>
Bytes frame(const Message& message, const Bytes& payload = {}) {
  Bytes bytes(wire::frame_header_capacity<Message>);
  bytes.resize(wire::encode(message, bytes.data(), bytes.size(), static_cast<std::uint16_t>(payload.size())));
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

inline wire::Hello hello(const coinfer::graph::Graph& graph) {
  wire::Hello message{};
  message.wire_version = wire::wire_version;
  message.wire_version_min = wire::wire_version_min;
  std::memcpy(message.identity, graph.identity.data(), wire::identity_bytes);
  message.session_nonce = 0x1122334455667788U;
  message.max_payload_bytes = 1024;
  std::strcpy(message.agent, "test");
  return message;
}

inline wire::Infer infer(const coinfer::graph::Graph& graph, std::uint32_t sequence, int split, int exit) {
  wire::Infer message{};
  message.sequence = sequence;
  message.split = static_cast<std::uint16_t>(split);
  message.exit = static_cast<std::uint8_t>(exit);
  for (const std::int32_t index : coinfer::graph::crossing_tensors(graph, split, exit)) {
    if (message.tensors_count == wire::max_tensors) break;
    message.tensors[message.tensors_count++] =
        static_cast<std::uint16_t>(coinfer::graph::tensor_at(graph, index).file_index);
  }
  return message;
}

// Chunks of at most `piece` bytes; `tensors` in the order of Infer.
inline std::vector<Bytes> chunks(std::uint32_t sequence, const std::vector<Bytes>& tensors,
                                 std::size_t piece) {
  std::vector<Bytes> frames;
  for (std::size_t slot = 0; slot < tensors.size(); ++slot) {
    for (std::size_t at = 0; at < tensors[slot].size(); at += piece) {
      const std::size_t end = std::min(at + piece, tensors[slot].size());
      wire::Chunk chunk{};
      chunk.sequence = sequence;
      chunk.slot = static_cast<std::uint8_t>(slot);
      chunk.end = slot + 1 == tensors.size() && end == tensors[slot].size();
      const auto begin = tensors[slot].begin();
      frames.push_back(frame(
          chunk, Bytes(begin + static_cast<std::ptrdiff_t>(at), begin + static_cast<std::ptrdiff_t>(end))));
    }
  }
  return frames;
}

struct Received {
  wire::MessageType type;
  wire::AnyMessage message;
  Bytes payload;
};

// Collects complete messages from a byte stream.
class Inbox {
 public:
  Inbox() { reader_.reset(65535); }

  void push(const std::uint8_t* bytes, std::size_t count) {
    while (count > 0) {
      const wire::FrameStep step = reader_.push(bytes, count);
      bytes += step.consumed;
      count -= step.consumed;
      if (step.event == wire::FrameEvent::bad_message) {
        bad = true;
        return;
      }
      if (step.event == wire::FrameEvent::header) open_ = Received{reader_.type(), reader_.message(), {}};
      if (step.event == wire::FrameEvent::payload) {
        open_->payload.insert(open_->payload.end(), step.payload, step.payload + step.payload_bytes);
      }
      if (step.frame_end && open_) {
        messages.push_back(*open_);
        open_.reset();
      }
    }
  }

  // The first message of a type, taken out together with everything before it; nothing if there is none.
  std::optional<Received> take(wire::MessageType type) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (messages[i].type != type) continue;
      const Received found = messages[i];
      messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      return found;
    }
    return std::nullopt;
  }

  std::vector<Received> messages;
  bool bad = false;

 private:
  wire::FrameReader reader_;
  std::optional<Received> open_;
};

}  // namespace wire_client
