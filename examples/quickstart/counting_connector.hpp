// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/link.hpp>
#include <cstdint>

namespace quickstart {

// Counts what really crosses the network: put between TLS and TCP. Also an example of a Connector over
// another.
class CountingConnector {
 public:
  explicit CountingConnector(const coinfer::Connector& inner) : inner_(inner) {}

  coinfer::Connector connector() { return {this, &open, &close, {this, &send, &receive}}; }

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }

 private:
  static CountingConnector& self(void* context) { return *static_cast<CountingConnector*>(context); }

  static coinfer::Status open(void* context, std::uint32_t timeout_us) {
    const coinfer::Connector& inner = self(context).inner_;
    return inner.open(inner.context, timeout_us);
  }
  static void close(void* context) {
    const coinfer::Connector& inner = self(context).inner_;
    inner.close(inner.context);
  }
  static coinfer::Transfer send(void* context, const std::uint8_t* bytes, std::size_t count,
                                std::uint32_t timeout_us) {
    const coinfer::Link& link = self(context).inner_.link;
    const coinfer::Transfer sent = link.send(link.context, bytes, count, timeout_us);
    self(context).sent_ += sent.bytes;
    return sent;
  }
  static coinfer::Transfer receive(void* context, std::uint8_t* bytes, std::size_t count,
                                   std::uint32_t timeout_us) {
    const coinfer::Link& link = self(context).inner_.link;
    const coinfer::Transfer received = link.receive(link.context, bytes, count, timeout_us);
    self(context).received_ += received.bytes;
    return received;
  }

  coinfer::Connector inner_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace quickstart
