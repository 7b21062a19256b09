// SPDX-License-Identifier: Apache-2.0
// Mbed TLS 2.28: TLS 1.2. library.hpp says what each function is for.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>

#include <coinfer/compiler.hpp>
#include <coinfer/tls/credentials.hpp>
#include <coinfer/tls/record_limit.hpp>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer::tls::library {

inline constexpr int new_ticket = INT32_MIN;  // no error: a TLS 1.2 ticket comes within the handshake

inline constexpr int bad_certificate = MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE;

inline int start() { return 0; }

inline void require_tls_1_2(mbedtls_ssl_config* conf) {
  mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
}

inline void forbid_tls_1_3(mbedtls_ssl_config*) {}
inline void authenticate_by_certificate(mbedtls_ssl_config*) {}
inline void authenticate_by_psk(mbedtls_ssl_config*) {}
inline void receive_tickets(mbedtls_ssl_config*) {}

inline bool record_is_pending(const mbedtls_ssl_context* ssl) { return ssl->out_left != 0; }
inline bool handshake_is_over(mbedtls_ssl_context* ssl) { return ssl->state == MBEDTLS_SSL_HANDSHAKE_OVER; }
inline bool is_full_handshake_state(mbedtls_ssl_context* ssl) {
  return ssl->state == MBEDTLS_SSL_SERVER_CERTIFICATE;
}
inline bool is_tls_1_3(mbedtls_ssl_context*) { return false; }

constexpr bool means_no_common_protocol(int error) {
  return error == MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION || error == MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN ||
         error == MBEDTLS_ERR_SSL_NO_USABLE_CIPHERSUITE;
}

#if defined(MBEDTLS_PK_PARSE_C)
inline int parse_key(mbedtls_pk_context* key, Der der, int (*)(void*, unsigned char*, size_t), void*) {
  return mbedtls_pk_parse_key(key, der.bytes, der.size, nullptr, 0);
}
inline bool keys_match(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key,
                       int (*)(void*, unsigned char*, size_t), void*) {
  return mbedtls_pk_check_pair(&public_key, &private_key) == 0;
}
#endif

}  // namespace coinfer::tls::library
COINFER_CODE_END
