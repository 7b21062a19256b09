// SPDX-License-Identifier: Apache-2.0
// The cipher suites that coinfer offers and accepts, by their IANA numbers, most wanted first. A client
// passes over those that its library lacks; a server must take them out first.
//
// Only AEAD suites (RFC 9325, 4.2). No RSA and no finite-field key exchange, no CBC, nothing without
// authentication of both ends. CCM with an 8 byte tag, mandatory in RFC 7925, is left out, because RFC 9325
// wants 16 byte tags and a feature frame does not notice the other 8.
#pragma once

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer::tls::suite {

// TLS 1.3 (RFC 8446, B.4). AES-128-GCM is the mandatory one; SHA-256, so that external keys fit too.
inline constexpr int aes_128_gcm_sha256 = 0x1301;
inline constexpr int aes_256_gcm_sha384 = 0x1302;
inline constexpr int chacha20_poly1305_sha256 = 0x1303;

// TLS 1.2 with certificates: forward secret, ECDSA.
inline constexpr int ecdhe_ecdsa_aes_128_gcm_sha256 = 0xC02B;  // RFC 9325 recommends it; AES in hardware
inline constexpr int ecdhe_ecdsa_aes_256_gcm_sha384 = 0xC02C;  // RFC 9325 recommends it
inline constexpr int ecdhe_ecdsa_chacha20_poly1305_sha256 =
    0xCCA9;                                             // RFC 7905: about half the work without AES hardware
inline constexpr int ecdhe_ecdsa_aes_128_ccm = 0xC0AC;  // RFC 7251: chips whose AES engine does CCM only

// TLS 1.2 with pre-shared keys. The first has forward secrecy. The others do not: who learns the key can read
// what was recorded earlier. RFC 7925 (4.2) accepts that for devices to which an elliptic curve costs too
// much (about a hundred times the handshake on a Cortex-M4); a build without ECDHE gets them.
inline constexpr int ecdhe_psk_chacha20_poly1305_sha256 = 0xCCAC;  // RFC 7905
inline constexpr int psk_aes_128_gcm_sha256 = 0x00A8;              // RFC 5487
inline constexpr int psk_chacha20_poly1305_sha256 = 0xCCAB;        // RFC 7905
inline constexpr int psk_aes_128_ccm = 0xC0A4;                     // RFC 6655

constexpr bool any_of_tls_1_3(const int* suites) {
  for (; *suites != 0; ++suites) {
    if (*suites >> 8 == 0x13) return true;
  }
  return false;
}

// Zero-terminated, as Mbed TLS wants them.
inline constexpr int certificate_suites[] = {aes_128_gcm_sha256,
                                             chacha20_poly1305_sha256,
                                             aes_256_gcm_sha384,
                                             ecdhe_ecdsa_aes_128_gcm_sha256,
                                             ecdhe_ecdsa_chacha20_poly1305_sha256,
                                             ecdhe_ecdsa_aes_256_gcm_sha384,
                                             ecdhe_ecdsa_aes_128_ccm,
                                             0};
inline constexpr int psk_suites[] = {aes_128_gcm_sha256,
                                     chacha20_poly1305_sha256,
                                     ecdhe_psk_chacha20_poly1305_sha256,
                                     psk_aes_128_gcm_sha256,
                                     psk_chacha20_poly1305_sha256,
                                     psk_aes_128_ccm,
                                     0};
// For a server that takes both kinds of devices.
inline constexpr int all_suites[] = {aes_128_gcm_sha256,
                                     chacha20_poly1305_sha256,
                                     aes_256_gcm_sha384,
                                     ecdhe_ecdsa_aes_128_gcm_sha256,
                                     ecdhe_ecdsa_chacha20_poly1305_sha256,
                                     ecdhe_ecdsa_aes_256_gcm_sha384,
                                     ecdhe_ecdsa_aes_128_ccm,
                                     ecdhe_psk_chacha20_poly1305_sha256,
                                     psk_aes_128_gcm_sha256,
                                     psk_chacha20_poly1305_sha256,
                                     psk_aes_128_ccm,
                                     0};

}  // namespace coinfer::tls::suite
COINFER_CODE_END
