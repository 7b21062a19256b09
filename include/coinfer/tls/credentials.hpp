// SPDX-License-Identifier: Apache-2.0
// What a device shows and what it trusts. Plain pointers: everything can stay in flash and must outlive its
// user.
#pragma once

#include <cstddef>
#include <cstdint>

namespace coinfer::tls {

// One DER object (`coinfer certs --header` writes them as arrays).
struct Der {
  const uint8_t* bytes;
  size_t size;
};

// Whom we want to talk to; compared with the subject alternative names of the certificate. Give one of the
// two.
struct ServerName {
  const char* dns;         // or null
  const uint8_t* address;  // 4 or 16 bytes in network order, or null
  size_t address_bytes;
};

// Mutual authentication by X.509 certificates with ECDSA keys.
struct CertificateCredentials {
  const Der* authorities;  // trusted roots
  size_t authority_count;
  const Der* chain;  // our certificate first, then its intermediates
  size_t chain_count;
  Der key;
  ServerName server;
};

// Mutual authentication by a key that both ends know. At least 128 bits of it must be random: the strength of
// the link is that of the key.
struct PskCredentials {
  const uint8_t* identity;
  size_t identity_bytes;
  const uint8_t* key;
  size_t key_bytes;
};

}  // namespace coinfer::tls
