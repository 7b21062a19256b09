// SPDX-License-Identifier: Apache-2.0
// The server's end of one TLS connection, without a socket: ciphertext is pushed in and pulled out, so that
// it fits any event loop.
#pragma once

#include <mbedtls/ssl.h>

#include <coinfer/link.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "handshake_failure.hpp"
#include "identity.hpp"
#include "server_context.hpp"

namespace coinfer::tools::tls {

// Use: push() what the socket gave, then handshake() until ok, then read() until pending; after each of these
// and after write(), send outgoing() and pop() it. After a failure outgoing() holds an alert that is worth
// sending.
class ServerSession {
 public:
  explicit ServerSession(ServerContext& context);  // must outlive the session
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  // Ciphertext from the peer. Returns the bytes taken: less than given when 32 KiB wait to be read.
  size_t push(std::span<const uint8_t> ciphertext);
  void push_end() { peer_closed_ = true; }  // the peer will send no more

  // Ciphertext for the peer, and its removal once it was sent.
  std::span<const uint8_t> outgoing() const { return std::span(outgoing_).subspan(sent_); }
  void pop(size_t bytes);

  // ok: over, the peer is authenticated. pending: more ciphertext is needed. Otherwise failure() says why.
  Status handshake();

  // As Link::receive and Link::send with a timeout of 0. A write is refused (pending) while 64 KiB wait in
  // outgoing().
  Transfer read(std::span<uint8_t> bytes);
  Transfer write(std::span<const uint8_t> bytes);

  void close_notify();  // says goodbye through outgoing()

  // After handshake() == ok:
  const Identity& identity() const { return *identity_; }
  bool resumed() const { return from_ticket_; }
  std::string protocol() const;  // e.g. "TLSv1.2 TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256"

  HandshakeFailure failure() const { return failure_; }
  int last_error() const { return last_error_; }  // of Mbed TLS, 0 = none

 private:
  static constexpr size_t max_incoming_bytes = 32'768;
  static constexpr size_t max_outgoing_bytes = 65'536;

  int configure();
  Status fail(int error);
  HandshakeFailure explain(int error) const;
  void authenticated(Identity::Kind kind, std::string name);

  static int bio_send(void* self, const unsigned char* bytes, size_t count);
  static int bio_receive(void* self, unsigned char* bytes, size_t count);
  static int verify_certificate(void* self, mbedtls_x509_crt* certificate, int depth, uint32_t* flags);
  static int find_psk(void* self, mbedtls_ssl_context* ssl, const unsigned char* identity, size_t size);
  static int write_ticket(void* self, const mbedtls_ssl_session* session, unsigned char* start,
                          const unsigned char* end, size_t* size, uint32_t* lifetime_s);
  static int read_ticket(void* self, mbedtls_ssl_session* session, unsigned char* ticket, size_t size);

  ServerContext& context_;
  mbedtls_ssl_config conf_;  // one per session, so that each callback knows its session
  mbedtls_ssl_context ssl_;
  std::vector<uint8_t> incoming_;
  size_t received_ = 0;  // bytes of incoming_ that Mbed TLS has taken
  std::vector<uint8_t> outgoing_;
  size_t sent_ = 0;
  // The last proof that the library accepted. A handshake can look at several (a ticket, then a key); the one
  // it goes on with is the last it asked about.
  std::optional<Identity> identity_;
  bool from_ticket_ = false;
  uint32_t certificate_flags_ = 0;
  bool asked_psk_ = false;
  bool peer_closed_ = false;
  bool open_ = false;
  HandshakeFailure failure_ = HandshakeFailure::none;
  int last_error_ = 0;
};

}  // namespace coinfer::tools::tls
