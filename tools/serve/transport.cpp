// SPDX-License-Identifier: Apache-2.0
#include "serve/transport.hpp"

#include <algorithm>

#include "serve/bytes.hpp"
#include "tls/server_session.hpp"

namespace coinfer::serve {

namespace {

using tools::tls::HandshakeFailure;

Event event_of(HandshakeFailure failure) {
  switch (failure) {
    case HandshakeFailure::no_client_certificate:
    case HandshakeFailure::outside_validity:
    case HandshakeFailure::bad_certificate:
      return Event::bad_client_certificate;
    case HandshakeFailure::unknown_authority:
      return Event::wrong_ca;
    case HandshakeFailure::unknown_psk_identity:
    case HandshakeFailure::wrong_psk:
      return Event::wrong_psk;
    case HandshakeFailure::none:
    case HandshakeFailure::no_common_protocol:
    case HandshakeFailure::rejected_by_peer:
    case HandshakeFailure::closed:
    case HandshakeFailure::protocol_error:
    case HandshakeFailure::internal:
      return Event::tls_failed;
  }
  return Event::tls_failed;
}

class TlsTransport : public Transport {
 public:
  explicit TlsTransport(tools::tls::ServerContext& context) : session_(context) {}

  std::size_t push(std::span<const std::uint8_t> from_socket) override { return session_.push(from_socket); }
  void push_end() override { session_.push_end(); }
  std::span<const std::uint8_t> outgoing() const override { return session_.outgoing(); }
  void pop(std::size_t bytes) override { session_.pop(bytes); }
  Status handshake() override { return session_.handshake(); }
  Transfer read(std::span<std::uint8_t> bytes) override { return session_.read(bytes); }
  Transfer write(std::span<const std::uint8_t> bytes) override { return session_.write(bytes); }
  void say_goodbye() override { session_.close_notify(); }
  Event failure() const override { return event_of(session_.failure()); }

  std::string description() const override {
    if (session_.failure() != HandshakeFailure::none) return to_string(session_.failure());
    const tools::tls::Identity& identity = session_.identity();
    const bool certificate = identity.kind == tools::tls::Identity::Kind::certificate;
    return (certificate ? "certificate '" : "pre-shared key '") + identity.name + "', " + session_.protocol();
  }

 private:
  tools::tls::ServerSession session_;
};

class PlainTransport : public Transport {
 public:
  std::size_t push(std::span<const std::uint8_t> from_socket) override {
    const std::size_t taken = std::min(from_socket.size(), max_waiting_bytes - incoming_.size());
    incoming_.insert(incoming_.end(), from_socket.begin(),
                     from_socket.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken;
  }
  void push_end() override { ended_ = true; }
  std::span<const std::uint8_t> outgoing() const override { return outgoing_; }
  void pop(std::size_t bytes) override { take(outgoing_, bytes); }
  Status handshake() override { return Status::ok; }

  Transfer read(std::span<std::uint8_t> bytes) override {
    const std::size_t count = std::min(bytes.size(), incoming_.size());
    if (count == 0) return {ended_ ? Status::link_down : Status::pending, 0};
    std::copy_n(incoming_.begin(), count, bytes.begin());
    take(incoming_, count);
    return {Status::ok, count};
  }
  Transfer write(std::span<const std::uint8_t> bytes) override {
    const std::size_t count = std::min(bytes.size(), max_waiting_bytes - outgoing_.size());
    if (count == 0) return {Status::pending, 0};
    outgoing_.insert(outgoing_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    return {Status::ok, count};
  }
  void say_goodbye() override {}
  Event failure() const override { return Event::tls_failed; }
  std::string description() const override { return "plaintext"; }

 private:
  static constexpr std::size_t max_waiting_bytes = 64 * 1024;

  static void take(Bytes& bytes, std::size_t count) {
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  }

  Bytes incoming_;
  Bytes outgoing_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Transport> make_tls_transport(tools::tls::ServerContext& context) {
  return std::make_unique<TlsTransport>(context);
}

std::unique_ptr<Transport> make_plain_transport() { return std::make_unique<PlainTransport>(); }

}  // namespace coinfer::serve
