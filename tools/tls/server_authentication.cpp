// SPDX-License-Identifier: Apache-2.0
// How a ServerSession learns who its peer is: certificate, pre-shared key, or a ticket made from one of
// these.
#include <mbedtls/oid.h>
#include <mbedtls/platform_util.h>

#include <coinfer/tls/errors.hpp>
#include <coinfer/tls/library.hpp>
#include <cstring>
#include <string>

#include "server_session.hpp"

// Mbed TLS 3 hides the members of its structures behind this macro, 2.28 does not.
#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member) member
#endif

namespace coinfer::tools::tls {

namespace library = coinfer::tls::library;

namespace {

// The common name of the subject; empty unless there is exactly one and it is a valid identity.
std::string common_name(const mbedtls_x509_crt& certificate) {
  std::string name;
  for (const mbedtls_x509_name* part = &certificate.subject; part != nullptr; part = part->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) != 0) continue;
    if (!name.empty()) return {};
    name.assign(reinterpret_cast<const char*>(part->val.p), part->val.len);
    if (!is_valid_identity(name)) return {};
  }
  return name;
}

// A copy for serialization without the peer's certificate: the ticket has its identity, and a small device
// sends the whole ticket with every connection.
#if defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
mbedtls_ssl_session without_certificate(const mbedtls_ssl_session& session) {
  mbedtls_ssl_session copy = session;
  copy.MBEDTLS_PRIVATE(peer_cert) = nullptr;
  return copy;
}
#else
mbedtls_ssl_session without_certificate(const mbedtls_ssl_session& session) { return session; }
#endif

}  // namespace

void ServerSession::authenticated(Identity::Kind kind, std::string name) {
  const uint64_t now_s = context_.options().tickets ? context_.options().tickets->now_s() : 0;
  identity_ = Identity{kind, std::move(name), now_s};
  from_ticket_ = false;
}

int ServerSession::verify_certificate(void* self, mbedtls_x509_crt* certificate, int depth, uint32_t* flags) {
  auto* session = static_cast<ServerSession*>(self);
  if (depth == 0) {
    std::string name = common_name(*certificate);
    if (name.empty()) *flags |= MBEDTLS_X509_BADCERT_OTHER;
    session->authenticated(Identity::Kind::certificate, std::move(name));
  }
  session->certificate_flags_ |= *flags;
  return 0;
}

int ServerSession::find_psk(void* self, mbedtls_ssl_context* ssl, const unsigned char* identity,
                            size_t size) {
  auto* session = static_cast<ServerSession*>(self);
  session->asked_psk_ = true;
  std::string name(reinterpret_cast<const char*>(identity), size);
  if (!is_valid_identity(name)) return MBEDTLS_ERR_SSL_UNKNOWN_IDENTITY;
  std::optional<std::vector<uint8_t>> key = session->context_.options().psk(name);
  if (!key) return MBEDTLS_ERR_SSL_UNKNOWN_IDENTITY;
  const int error = mbedtls_ssl_set_hs_psk(ssl, key->data(), key->size());
  mbedtls_platform_zeroize(key->data(), key->size());
  if (error == 0) session->authenticated(Identity::Kind::psk, std::move(name));
  return error;
}

int ServerSession::write_ticket(void* self, const mbedtls_ssl_session* session, unsigned char* start,
                                const unsigned char* end, size_t* size, uint32_t* lifetime_s) {
  auto* server = static_cast<ServerSession*>(self);
  if (!server->identity_) return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
  const mbedtls_ssl_session lean = without_certificate(*session);
  TicketContent content{*server->identity_, server->context_.policy_generation(), {}};
  size_t needed = 0;
  (void)mbedtls_ssl_session_save(&lean, nullptr, 0, &needed);
  content.session.resize(needed);
  const int error = mbedtls_ssl_session_save(&lean, content.session.data(), content.session.size(), &needed);
  if (error != 0) return error;
  TicketKeys& keys = *server->context_.options().tickets;
  const auto sealed = keys.seal(content, {start, static_cast<size_t>(end - start)});
  mbedtls_platform_zeroize(content.session.data(), content.session.size());
  if (!sealed) return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
  *size = *sealed;
  *lifetime_s = keys.lifetime_s();
  return 0;
}

int ServerSession::read_ticket(void* self, mbedtls_ssl_session* session, unsigned char* ticket, size_t size) {
  auto* server = static_cast<ServerSession*>(self);
  auto content = server->context_.options().tickets->open({ticket, size});
  if (!content) return MBEDTLS_ERR_SSL_INVALID_MAC;
  const Identity& who = content->identity;
  const bool kind_is_served = who.kind == Identity::Kind::certificate ? server->context_.takes_certificates()
                                                                      : bool{server->context_.options().psk};
  if (!kind_is_served || content->policy_generation != server->context_.policy_generation() ||
      !is_valid_identity(who.name)) {
    return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
  }
  const int error = mbedtls_ssl_session_load(session, content->session.data(), content->session.size());
  mbedtls_platform_zeroize(content->session.data(), content->session.size());
  if (error != 0) return error;
  server->identity_ = std::move(content->identity);
  server->from_ticket_ = true;
  return 0;
}

Status ServerSession::fail(int error) {
  last_error_ = error;
  failure_ = explain(error);
  identity_.reset();
  open_ = false;
  return coinfer::tls::status_of(error);
}

HandshakeFailure ServerSession::explain(int error) const {
  const bool claimed_psk = identity_ && identity_->kind == Identity::Kind::psk && !from_ticket_;
  if (error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
    if ((certificate_flags_ & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0)
      return HandshakeFailure::unknown_authority;
    constexpr uint32_t dates = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
    return (certificate_flags_ & dates) != 0 ? HandshakeFailure::outside_validity
                                             : HandshakeFailure::bad_certificate;
  }
  if (error == library::bad_certificate) return HandshakeFailure::bad_certificate;
  switch (error) {
    case MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE:
      return HandshakeFailure::no_client_certificate;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
      return HandshakeFailure::rejected_by_peer;
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
      return HandshakeFailure::closed;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
    case MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED:
    case MBEDTLS_ERR_SSL_INTERNAL_ERROR:
      return HandshakeFailure::internal;
    default:
      break;
  }
  // A wrong key shows as a message that cannot be decrypted (TLS 1.2) or a wrong binder (1.3).
  if (claimed_psk) return HandshakeFailure::wrong_psk;
  if (error == MBEDTLS_ERR_SSL_UNKNOWN_IDENTITY || (asked_psk_ && !identity_)) {
    return HandshakeFailure::unknown_psk_identity;
  }
  return library::means_no_common_protocol(error) ? HandshakeFailure::no_common_protocol
                                                  : HandshakeFailure::protocol_error;
}

}  // namespace coinfer::tools::tls
