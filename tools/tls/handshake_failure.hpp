// SPDX-License-Identifier: Apache-2.0
// Why a handshake failed, for counters: small, stable, without details of the peer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace coinfer::tools::tls {

enum class HandshakeFailure : uint8_t {
  none,
  no_client_certificate,
  unknown_authority,     // not signed by a trusted authority
  outside_validity,      // expired or not yet valid
  bad_certificate,       // unreadable, wrong usage, or a subject without one proper common name
  unknown_psk_identity,  // no key for this name
  wrong_psk,             // the name is known, the key is another
  no_common_protocol,    // no common TLS version or cipher suite
  rejected_by_peer,      // the device sent an alert: it does not trust us
  closed,                // the connection ended before the handshake did
  protocol_error,        // not TLS, damaged, or against its rules
  internal,              // out of memory or entropy
};
inline constexpr size_t handshake_failure_count = static_cast<size_t>(HandshakeFailure::internal) + 1;

constexpr const char* to_string(HandshakeFailure failure) {
  switch (failure) {
    case HandshakeFailure::none:
      return "none";
    case HandshakeFailure::no_client_certificate:
      return "no_client_certificate";
    case HandshakeFailure::unknown_authority:
      return "unknown_authority";
    case HandshakeFailure::outside_validity:
      return "outside_validity";
    case HandshakeFailure::bad_certificate:
      return "bad_certificate";
    case HandshakeFailure::unknown_psk_identity:
      return "unknown_psk_identity";
    case HandshakeFailure::wrong_psk:
      return "wrong_psk";
    case HandshakeFailure::no_common_protocol:
      return "no_common_protocol";
    case HandshakeFailure::rejected_by_peer:
      return "rejected_by_peer";
    case HandshakeFailure::closed:
      return "closed";
    case HandshakeFailure::protocol_error:
      return "protocol_error";
    case HandshakeFailure::internal:
      return "internal";
  }
  return "invalid";
}

}  // namespace coinfer::tools::tls
