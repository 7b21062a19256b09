// SPDX-License-Identifier: Apache-2.0
// A frame: prefix {u8 type, u8 reserved = 0, u16 header bytes, u16 payload bytes; little endian}, then the
// header message, then the payload. encode() writes prefix and header; the caller sends the payload after it.
#pragma once

#include <pb_encode.h>

#include <coinfer/compiler.hpp>
#include <coinfer/wire/message.hpp>
#include <cstddef>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer::wire {

inline constexpr size_t prefix_bytes = 6;
inline constexpr size_t max_header_bytes = 256;  // leaves room for fields that later versions add

struct FramePrefix {
  uint8_t type;
  uint8_t reserved;
  uint16_t header_bytes;
  uint16_t payload_bytes;
};

constexpr void encode_prefix(const FramePrefix& prefix, uint8_t* out) {
  out[0] = prefix.type;
  out[1] = prefix.reserved;
  out[2] = static_cast<uint8_t>(prefix.header_bytes & 0xffU);
  out[3] = static_cast<uint8_t>(prefix.header_bytes >> 8);
  out[4] = static_cast<uint8_t>(prefix.payload_bytes & 0xffU);
  out[5] = static_cast<uint8_t>(prefix.payload_bytes >> 8);
}

constexpr FramePrefix decode_prefix(const uint8_t* in) {
  return {in[0], in[1], static_cast<uint16_t>(in[2] | (in[3] << 8)),
          static_cast<uint16_t>(in[4] | (in[5] << 8))};
}

// A buffer of this size holds prefix and header of any value of the message.
template <class Message>
inline constexpr size_t frame_header_capacity = prefix_bytes + MessageTraits<Message>::max_bytes;

// Writes prefix and header of a frame whose payload will have `payload_bytes` bytes. Returns the bytes
// written, or 0 when they do not fit into `capacity` (never with capacity >= frame_header_capacity<Message>)
// or when the message cannot be encoded: a string without its end, or a count above its maximum.
template <class Message>
size_t encode(const Message& message, uint8_t* out, size_t capacity, uint16_t payload_bytes = 0) {
  static_assert(MessageTraits<Message>::max_bytes <= max_header_bytes,
                "header message is larger than a header may be");
  if (capacity < prefix_bytes) return 0;
  pb_ostream_t stream = pb_ostream_from_buffer(out + prefix_bytes, capacity - prefix_bytes);
  if (!pb_encode(&stream, MessageTraits<Message>::fields, &message)) return 0;
  encode_prefix({static_cast<uint8_t>(MessageTraits<Message>::type), 0,
                 static_cast<uint16_t>(stream.bytes_written), payload_bytes},
                out);
  return prefix_bytes + stream.bytes_written;
}

}  // namespace coinfer::wire
COINFER_CODE_END
