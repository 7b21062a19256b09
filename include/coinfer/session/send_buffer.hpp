// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/link.hpp>
#include <coinfer/wire/frame.hpp>
#include <coinfer/wire/message.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// Whole frames on their way to the link. Collecting them gives few, full TLS records; a frame in here is
// always sent to its end, so that the stream stays in step whatever the session decides meanwhile.
class SendBuffer {
 public:
  void bind(uint8_t* bytes, size_t capacity) {
    bytes_ = bytes;
    capacity_ = capacity;
    clear();
  }
  void clear() { begin_ = end_ = 0; }
  bool empty() const { return begin_ == end_; }

  // Adds a frame without payload; false when there is no room for it now.
  template <class Message>
  bool put(const Message& message) {
    const size_t size = wire::encode(message, bytes_ + end_, capacity_ - end_);
    end_ += size;
    return size != 0;
  }

  // Payload that a chunk may carry now.
  size_t chunk_room() const {
    const size_t room = capacity_ - end_;
    return room > chunk_header ? room - chunk_header : 0;
  }

  // Adds a chunk; `size` is at most chunk_room().
  void put_chunk(const wire::Chunk& chunk, const uint8_t* payload, uint16_t size) {
    end_ += wire::encode(chunk, bytes_ + end_, capacity_ - end_, size);
    std::memcpy(bytes_ + end_, payload, size);
    end_ += size;
  }

  // Hands as much as it takes to the link.
  Transfer flush(const Link& link, uint32_t timeout_us) {
    const Transfer sent = link.send(link.context, bytes_ + begin_, end_ - begin_, timeout_us);
    if (sent.status == Status::ok) begin_ += sent.bytes;
    if (begin_ == end_) clear();
    return sent;
  }

 private:
  static constexpr size_t chunk_header = wire::frame_header_capacity<wire::Chunk>;

  uint8_t* bytes_ = nullptr;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace coinfer::detail
COINFER_CODE_END
