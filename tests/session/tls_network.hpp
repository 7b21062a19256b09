// SPDX-License-Identifier: Apache-2.0
// The bytes between a TLS client and an exact edge peer behind a TLS server, all in this process.
#pragma once

#include <algorithm>
#include <coinfer/link.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "exact_edge.hpp"
#include "tls/server_session.hpp"

namespace coinfer::tests {

// Offsets count the bytes of one direction of one connection.
struct WireFaults {
  std::optional<size_t> cut_up_at, cut_down_at;
  std::optional<size_t> flip_up_at, flip_down_at;
  size_t most = SIZE_MAX;  // bytes per transfer
};

template <class Model>
class TlsNetwork {
 public:
  TlsNetwork(tools::tls::ServerContext& context, ExactEdge<Model>& edge) : context_(context), edge_(edge) {}

  WireFaults faults;
  size_t up_bytes = 0, down_bytes = 0;
  int opened = 0, resumed = 0;

  // The connection is lost without a word.
  void drop() { close(); }

  Connector connector() {
    return {this,
            [](void* self, uint32_t) { return static_cast<TlsNetwork*>(self)->open(); },
            [](void* self) { static_cast<TlsNetwork*>(self)->close(); },
            {this,
             [](void* self, const uint8_t* bytes, size_t count, uint32_t) {
               return static_cast<TlsNetwork*>(self)->send(bytes, count);
             },
             [](void* self, uint8_t* bytes, size_t count, uint32_t) {
               return static_cast<TlsNetwork*>(self)->receive(bytes, count);
             }}};
  }

 private:
  Status open() {
    if (server_ != nullptr) return Status::ok;
    server_ = std::make_unique<tools::tls::ServerSession>(context_);
    edge_.time_us = simulated_now_us;
    edge_.connect();
    shaken_ = ended_ = false;
    up_bytes = down_bytes = 0;
    ++opened;
    return Status::ok;
  }

  void close() {
    if (server_ == nullptr) return;
    edge_.connection->peer_closed();
    server_.reset();
  }

  Transfer send(const uint8_t* bytes, size_t count) {
    if (server_ == nullptr || (faults.cut_up_at && up_bytes >= *faults.cut_up_at))
      return {Status::link_down, 0};
    count = std::min(count, faults.most);
    if (faults.cut_up_at) count = std::min(count, *faults.cut_up_at - up_bytes);
    std::vector<uint8_t> copy(bytes, bytes + count);
    flip(copy.data(), count, up_bytes, faults.flip_up_at);
    up_bytes += count;
    size_t at = 0;
    while (at < count && !ended_) {
      at += server_->push({copy.data() + at, count - at});
      work();
    }
    return {Status::ok, count};
  }

  Transfer receive(uint8_t* bytes, size_t count) {
    if (server_ == nullptr) return {Status::link_down, 0};
    work();
    const auto waiting = server_->outgoing();
    count = std::min({count, faults.most, waiting.size()});
    if (faults.cut_down_at) {
      if (down_bytes >= *faults.cut_down_at) return {Status::link_down, 0};
      count = std::min(count, *faults.cut_down_at - down_bytes);
    }
    if (count == 0) return {ended_ ? Status::link_down : Status::pending, 0};
    std::copy_n(waiting.begin(), count, bytes);
    flip(bytes, count, down_bytes, faults.flip_down_at);
    server_->pop(count);
    down_bytes += count;
    return {Status::ok, count};
  }

  static void flip(uint8_t* bytes, size_t count, size_t from, std::optional<size_t> at) {
    if (at && *at >= from && *at < from + count) bytes[*at - from] ^= 0x04;
  }

  // Lets the edge peer do all that it can.
  void work() {
    if (ended_) return;
    edge_.time_us = simulated_now_us;
    if (!shaken_) {
      const Status status = server_->handshake();
      if (status == Status::pending) return;
      shaken_ = status == Status::ok;
      ended_ = !shaken_;
      if (ended_) return;
      resumed += server_->resumed() ? 1 : 0;
    }
    uint8_t plain[1024];
    for (;;) {
      const Transfer got = server_->read(plain);
      if (got.status == Status::pending) break;
      if (got.status != Status::ok) ended_ = true;
      if (ended_) return;
      for (size_t at = 0; at < got.bytes && !edge_.connection->closing();) {
        at += edge_.connection->receive(plain + at, got.bytes - at);
        write();
      }
    }
    while (edge_.next_due_us().value_or(UINT64_MAX) <= simulated_now_us) edge_.finish_next();
    write();
    if (edge_.connection->closing()) ended_ = true;
  }

  void write() {
    while (!edge_.connection->pending().empty()) {
      const serve::Bytes& pending = edge_.connection->pending();
      const Transfer put = server_->write({pending.data(), pending.size()});
      if (put.status != Status::ok) return;
      edge_.connection->sent(put.bytes);
    }
  }

  tools::tls::ServerContext& context_;
  ExactEdge<Model>& edge_;
  std::unique_ptr<tools::tls::ServerSession> server_;
  bool shaken_ = false;
  bool ended_ = false;
};

}  // namespace coinfer::tests
