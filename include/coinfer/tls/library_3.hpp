// SPDX-License-Identifier: Apache-2.0
// Mbed TLS 3.6: TLS 1.2 and, when configured, 1.3. library.hpp says what each function is for.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>

#include <coinfer/compiler.hpp>
#include <coinfer/tls/credentials.hpp>
#include <coinfer/tls/record_limit.hpp>

#if defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

COINFER_CODE_BEGIN
namespace coinfer::tls::library {

inline constexpr int new_ticket = MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
inline constexpr int bad_certificate = MBEDTLS_ERR_SSL_BAD_CERTIFICATE;

#if defined(MBEDTLS_PSA_CRYPTO_C)
// TLS 1.3 computes through the PSA interface, which must be started first; doing it again is harmless.
inline int start() { return psa_crypto_init() == PSA_SUCCESS ? 0 : MBEDTLS_ERR_SSL_HW_ACCEL_FAILED; }
#else
inline int start() { return 0; }
#endif

inline void require_tls_1_2(mbedtls_ssl_config* conf) {
  mbedtls_ssl_conf_min_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
}

inline void forbid_tls_1_3(mbedtls_ssl_config* conf) {
  mbedtls_ssl_conf_max_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
}

// Key exchange "psk" without (EC)DHE is never enabled: TLS 1.3 stays forward secret.
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
inline void authenticate_by_certificate(mbedtls_ssl_config* conf) {
  mbedtls_ssl_conf_tls13_key_exchange_modes(conf, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL |
                                                      MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL);
}
inline void authenticate_by_psk(mbedtls_ssl_config* conf) {
  mbedtls_ssl_conf_tls13_key_exchange_modes(conf, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL);
}
inline bool is_tls_1_3(mbedtls_ssl_context* ssl) {
  return mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}
#else
inline void authenticate_by_certificate(mbedtls_ssl_config*) {}
inline void authenticate_by_psk(mbedtls_ssl_config*) {}
inline bool is_tls_1_3(mbedtls_ssl_context*) { return false; }
#endif

#if defined(MBEDTLS_SSL_PROTO_TLS1_3) && defined(MBEDTLS_SSL_SESSION_TICKETS) && \
    defined(MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED)
inline void receive_tickets(mbedtls_ssl_config* conf) {
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      conf, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
}
#else
inline void receive_tickets(mbedtls_ssl_config*) {}  // 3.6.0 always reports them
#endif

inline bool record_is_pending(const mbedtls_ssl_context* ssl) { return ssl->MBEDTLS_PRIVATE(out_left) != 0; }
inline bool handshake_is_over(mbedtls_ssl_context* ssl) { return mbedtls_ssl_is_handshake_over(ssl) != 0; }
inline bool is_full_handshake_state(mbedtls_ssl_context* ssl) {
  return ssl->MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_CERTIFICATE;
}

constexpr bool means_no_common_protocol(int error) {
  return error == MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION || error == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE;
}

#if defined(MBEDTLS_PK_PARSE_C)
inline int parse_key(mbedtls_pk_context* key, Der der, int (*random)(void*, unsigned char*, size_t),
                     void* random_context) {
  return mbedtls_pk_parse_key(key, der.bytes, der.size, nullptr, 0, random, random_context);
}
inline bool keys_match(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key,
                       int (*random)(void*, unsigned char*, size_t), void* random_context) {
  return mbedtls_pk_check_pair(&public_key, &private_key, random, random_context) == 0;
}
#endif

}  // namespace coinfer::tls::library
COINFER_CODE_END
