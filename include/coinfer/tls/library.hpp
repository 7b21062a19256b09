// SPDX-License-Identifier: Apache-2.0
// Picks what differs between the major versions of Mbed TLS. Both files define the same functions in
// coinfer::tls::library:
//   constexpr int bad_certificate;      error: unreadable, or not for this use
//   int start();                        once, before anything else
//   void require_tls_1_2(conf);         TLS 1.2 or newer only
//   void forbid_tls_1_3(conf);          1.2 only
//   void authenticate_by_certificate(conf);  TLS 1.3: no external keys
//   void authenticate_by_psk(conf);          TLS 1.3: no certificates
//   void receive_tickets(conf);         TLS 1.3: read and write report a new ticket as new_ticket
//   int limit_records(conf);            asks the server for records that fit our input buffer
//   bool record_is_pending(ssl);        an encrypted record has not yet gone out completely
//   bool handshake_is_over(ssl);
//   bool is_full_handshake_state(ssl);  the state that only a handshake without resumption passes
//   bool is_tls_1_3(ssl);               the negotiated version: the ticket comes after the handshake
//   bool means_no_common_protocol(error);
//   int parse_key(key, der, random, random_context);      DER, or PEM with its terminating zero
//   bool keys_match(public_key, private_key, random, random_context);
#pragma once

#include <mbedtls/version.h>

#if MBEDTLS_VERSION_MAJOR == 2 && MBEDTLS_VERSION_MINOR >= 28
#include <coinfer/tls/library_2.hpp>
#elif MBEDTLS_VERSION_MAJOR == 3 && MBEDTLS_VERSION_MINOR >= 6
#include <coinfer/tls/library_3.hpp>
#else
#error "coinfer needs Mbed TLS 2.28 or 3.6 (long-term support releases)"
#endif
