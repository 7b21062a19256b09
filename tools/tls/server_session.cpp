// SPDX-License-Identifier: Apache-2.0
#include "server_session.hpp"

#include <algorithm>
#include <coinfer/tls/errors.hpp>
#include <coinfer/tls/library.hpp>

namespace coinfer::tools::tls {

namespace library = coinfer::tls::library;

ServerSession::ServerSession(ServerContext& context) : context_(context) {
  mbedtls_ssl_config_init(&conf_);
  mbedtls_ssl_init(&ssl_);
  const int error = configure();
  if (error != 0) (void)fail(error);
}

ServerSession::~ServerSession() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_config_free(&conf_);
}

int ServerSession::configure() {
  int error = context_.configure(&conf_);
  if (error != 0) return error;
  mbedtls_ssl_conf_verify(&conf_, &ServerSession::verify_certificate, this);
  if (context_.options().psk) mbedtls_ssl_conf_psk_cb(&conf_, &ServerSession::find_psk, this);
  if (context_.options().tickets) {
    mbedtls_ssl_conf_session_tickets_cb(&conf_, &ServerSession::write_ticket, &ServerSession::read_ticket,
                                        this);
  }
  error = mbedtls_ssl_setup(&ssl_, &conf_);
  mbedtls_ssl_set_bio(&ssl_, this, &ServerSession::bio_send, &ServerSession::bio_receive, nullptr);
  return error;
}

size_t ServerSession::push(std::span<const uint8_t> ciphertext) {
  incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(received_));
  received_ = 0;
  const size_t take = std::min(ciphertext.size(), max_incoming_bytes - incoming_.size());
  incoming_.insert(incoming_.end(), ciphertext.begin(),
                   ciphertext.begin() + static_cast<std::ptrdiff_t>(take));
  return take;
}

void ServerSession::pop(size_t bytes) {
  sent_ += std::min(bytes, outgoing_.size() - sent_);
  if (sent_ < outgoing_.size()) return;
  outgoing_.clear();
  sent_ = 0;
}

Status ServerSession::handshake() {
  if (failure_ != HandshakeFailure::none) return coinfer::tls::status_of(last_error_);
  while (!open_) {
    const int error = mbedtls_ssl_handshake_step(&ssl_);
    if (error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE) return Status::pending;
    if (error == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE && outgoing().empty()) {
      // Mbed TLS 2.28 says nothing; the device should learn that it was not the network.
      (void)mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                           MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
    }
    if (error != 0) return fail(error);
    if (!library::handshake_is_over(&ssl_)) continue;
    if (!identity_)
      return fail(MBEDTLS_ERR_SSL_INTERNAL_ERROR);  // nobody is served who has not proved who he is
    open_ = true;
  }
  return Status::ok;
}

Transfer ServerSession::read(std::span<uint8_t> bytes) {
  if (!open_) return {Status::link_down, 0};
  const int got = mbedtls_ssl_read(&ssl_, bytes.data(), bytes.size());
  if (got > 0) return {Status::ok, static_cast<size_t>(got)};
  const Status status = coinfer::tls::status_of(got == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : got);
  if (status == Status::pending) return {status, 0};
  open_ = false;
  last_error_ = got;
  // An alert now is the device closing in its own way; it was trusted before.
  return {status == Status::not_trusted ? Status::link_down : status, 0};
}

Transfer ServerSession::write(std::span<const uint8_t> bytes) {
  if (!open_) return {Status::link_down, 0};
  if (outgoing().size() >= max_outgoing_bytes) return {Status::pending, 0};
  const int written = mbedtls_ssl_write(&ssl_, bytes.data(), bytes.size());
  if (written > 0) return {Status::ok, static_cast<size_t>(written)};
  const Status status = coinfer::tls::status_of(written);
  if (status == Status::pending) return {status, 0};
  open_ = false;
  last_error_ = written;
  return {status, 0};
}

void ServerSession::close_notify() {
  if (open_) (void)mbedtls_ssl_close_notify(&ssl_);
  open_ = false;
}

std::string ServerSession::protocol() const {
  return std::string(mbedtls_ssl_get_version(&ssl_)) + " " + mbedtls_ssl_get_ciphersuite(&ssl_);
}

int ServerSession::bio_send(void* self, const unsigned char* bytes, size_t count) {
  auto& out = static_cast<ServerSession*>(self)->outgoing_;
  out.insert(out.end(), bytes, bytes + count);
  return static_cast<int>(count);
}

int ServerSession::bio_receive(void* self, unsigned char* bytes, size_t count) {
  auto* session = static_cast<ServerSession*>(self);
  const size_t take = std::min(count, session->incoming_.size() - session->received_);
  if (take == 0) return session->peer_closed_ ? 0 : MBEDTLS_ERR_SSL_WANT_READ;
  std::copy_n(session->incoming_.begin() + static_cast<std::ptrdiff_t>(session->received_), take, bytes);
  session->received_ += take;
  return static_cast<int>(take);
}

}  // namespace coinfer::tools::tls
