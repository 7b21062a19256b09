// SPDX-License-Identifier: Apache-2.0
// The byte stream below TLS in the form in which Mbed TLS calls it, bounded by a deadline over any number of
// calls.
#pragma once

#include <mbedtls/ssl.h>

#include <coinfer/clock.hpp>
#include <coinfer/compiler.hpp>
#include <coinfer/link.hpp>

COINFER_CODE_BEGIN
namespace coinfer::tls {

class TimedTransport {
 public:
  void begin(const Connector& transport, const Clock& clock) {
    transport_ = transport;
    clock_ = clock;
  }

  uint64_t now_us() const { return clock_.now_us(clock_.context); }
  void set_deadline(uint64_t deadline_us) { deadline_us_ = deadline_us; }
  bool has_time() const { return remaining_us() > 0; }

  Status open() { return transport_.open(transport_.context, remaining_us()); }
  void close() { transport_.close(transport_.context); }

  // Callbacks of mbedtls_ssl_set_bio; the context is a TimedTransport.
  static int send(void* self, const unsigned char* bytes, size_t count) {
    const TimedTransport& it = *static_cast<const TimedTransport*>(self);
    const Link& link = it.transport_.link;
    return result(link.send(link.context, bytes, count, it.remaining_us()), MBEDTLS_ERR_SSL_WANT_WRITE);
  }
  static int receive(void* self, unsigned char* bytes, size_t count) {
    const TimedTransport& it = *static_cast<const TimedTransport*>(self);
    const Link& link = it.transport_.link;
    return result(link.receive(link.context, bytes, count, it.remaining_us()), MBEDTLS_ERR_SSL_WANT_READ);
  }

 private:
  // A deadline is never further away than the uint32_t timeout that it was made from.
  uint32_t remaining_us() const {
    const uint64_t now = now_us();
    return deadline_us_ > now ? static_cast<uint32_t>(deadline_us_ - now) : 0;
  }

  static int result(Transfer transfer, int if_pending) {
    if (transfer.status == Status::ok) return static_cast<int>(transfer.bytes);
    return transfer.status == Status::pending ? if_pending : MBEDTLS_ERR_SSL_CONN_EOF;
  }

  Connector transport_ = {};
  Clock clock_ = {};
  uint64_t deadline_us_ = 0;
};

}  // namespace coinfer::tls
COINFER_CODE_END
