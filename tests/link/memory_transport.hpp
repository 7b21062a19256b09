// SPDX-License-Identifier: Apache-2.0
// A transport without a network: a Connector whose other end is a ServerSession in the same thread that sends
// back what it receives. It can be made slow, short, wrong and dead.
#pragma once

#include <algorithm>
#include <coinfer/clock.hpp>
#include <coinfer/link.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "tls/server_session.hpp"

namespace coinfer::tests {

// Each look at the clock costs 10 us, so that a loop that waits comes to its end.
class FakeClock {
 public:
  Clock clock() {
    return {this, [](void* self) { return static_cast<FakeClock*>(self)->now_us += 10; }};
  }
  uint64_t now_us = 1000;
};

inline Entropy test_entropy() {
  return {nullptr, [](void*, uint8_t* bytes, size_t count) {
            std::random_device device;
            for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(device());
            return Status::ok;
          }};
}

class MemoryTransport {
 public:
  explicit MemoryTransport(tools::tls::ServerContext& context) : context_(&context) {}

  // The next open() reaches another server.
  void move_to(tools::tls::ServerContext& context) { context_ = &context; }

  Connector connector() {
    return {this,
            [](void* self, uint32_t) { return static_cast<MemoryTransport*>(self)->open(); },
            [](void* self) { static_cast<MemoryTransport*>(self)->close(); },
            {this,
             [](void* self, const uint8_t* bytes, size_t count, uint32_t) {
               return static_cast<MemoryTransport*>(self)->send(bytes, count);
             },
             [](void* self, uint8_t* bytes, size_t count, uint32_t) {
               return static_cast<MemoryTransport*>(self)->receive(bytes, count);
             }}};
  }

  // Faults. Offsets count the bytes of one direction since open().
  size_t bytes_per_transfer = SIZE_MAX;
  int pending_between = 0;  // each transfer is preceded by this many that take nothing
  std::optional<size_t> cut_up_at, cut_down_at;
  std::optional<size_t> flip_up_at, flip_down_at;
  bool silent = false;  // the server answers nothing
  bool refuse_open = false;

  // The server's end. Lives until the next open(), so that a test can look at it after a failure.
  std::unique_ptr<tools::tls::ServerSession> server;
  Status server_status = Status::pending;  // of its handshake, later of its stream
  size_t up_bytes = 0, down_bytes = 0;
  int opened = 0;

  void inject_up(const std::vector<uint8_t>& bytes) { to_server(bytes.data(), bytes.size()); }
  void inject_down(const std::vector<uint8_t>& bytes) {
    injected_.insert(injected_.end(), bytes.begin(), bytes.end());
  }

 private:
  Status open() {
    if (refuse_open) return Status::link_down;
    server = std::make_unique<tools::tls::ServerSession>(*context_);
    server_status = Status::pending;
    up_bytes = down_bytes = 0;
    echo_.clear();
    injected_.clear();
    open_ = true;
    ++opened;
    return Status::ok;
  }

  void close() {
    if (!open_) return;
    open_ = false;
    server->push_end();
    serve();
  }

  bool is_blocked(int& attempts) const {
    if (++attempts <= pending_between) return true;
    attempts = 0;
    return false;
  }

  Transfer send(const uint8_t* bytes, size_t count) {
    if (!open_ || (cut_up_at && up_bytes >= *cut_up_at)) return {Status::link_down, 0};
    if (is_blocked(send_attempts_)) return {Status::pending, 0};
    size_t take = std::min(count, bytes_per_transfer);
    if (cut_up_at) take = std::min(take, *cut_up_at - up_bytes);
    std::vector<uint8_t> copy(bytes, bytes + take);
    if (flip_up_at && *flip_up_at >= up_bytes && *flip_up_at < up_bytes + take)
      copy[*flip_up_at - up_bytes] ^= 0x10;
    up_bytes += take;
    to_server(copy.data(), copy.size());
    return {Status::ok, take};
  }

  Transfer receive(uint8_t* bytes, size_t count) {
    if (!open_ || (cut_down_at && down_bytes >= *cut_down_at)) return {Status::link_down, 0};
    if (is_blocked(receive_attempts_) || silent) return {Status::pending, 0};
    serve();
    const std::vector<uint8_t> pending(server->outgoing().begin(), server->outgoing().end());
    const std::vector<uint8_t>& source = injected_.empty() ? pending : injected_;
    size_t take = std::min({count, bytes_per_transfer, source.size()});
    if (cut_down_at) take = std::min(take, *cut_down_at - down_bytes);
    const bool ended = server->failure() != tools::tls::HandshakeFailure::none;
    if (take == 0) return {ended ? Status::link_down : Status::pending, 0};
    std::copy_n(source.begin(), take, bytes);
    if (flip_down_at && *flip_down_at >= down_bytes && *flip_down_at < down_bytes + take) {
      bytes[*flip_down_at - down_bytes] ^= 0x10;
    }
    down_bytes += take;
    if (injected_.empty()) {
      server->pop(take);
    } else {
      injected_.erase(injected_.begin(), injected_.begin() + static_cast<std::ptrdiff_t>(take));
    }
    return {Status::ok, take};
  }

  void to_server(const uint8_t* bytes, size_t count) {
    while (count > 0) {
      const size_t taken = server->push({bytes, count});
      bytes += taken;
      count -= taken;
      if (!serve() && taken == 0) return;  // full and not reading any more
    }
  }

  // True when something was read.
  bool serve() {
    if (!handshaken()) return false;
    uint8_t buffer[4096];
    bool any = false;
    for (;;) {
      flush_echo();
      const Transfer got = server->read(buffer);
      server_status = got.status == Status::pending ? Status::ok : got.status;
      if (got.status != Status::ok) return any;
      any = true;
      echo_.insert(echo_.end(), buffer, buffer + got.bytes);
    }
  }

  bool handshaken() {
    if (server_status == Status::pending) server_status = server->handshake();
    return server_status == Status::ok;
  }

  void flush_echo() {
    while (!echo_.empty()) {
      const Transfer sent = server->write(echo_);
      if (sent.status != Status::ok) return;
      echo_.erase(echo_.begin(), echo_.begin() + static_cast<std::ptrdiff_t>(sent.bytes));
    }
  }

  tools::tls::ServerContext* context_;
  std::vector<uint8_t> echo_;
  std::vector<uint8_t> injected_;
  bool open_ = false;
  int send_attempts_ = 0;
  int receive_attempts_ = 0;
};

}  // namespace coinfer::tests
