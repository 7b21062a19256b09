// SPDX-License-Identifier: Apache-2.0
// A client whose Mbed TLS has small buffers asks for small records (TLS 1.2, RFC 6066 max_fragment_length).
#pragma once

#include <mbedtls/ssl.h>

#include <algorithm>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer::tls::library {

#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH)
// The largest length with a code that both buffers hold. Mbed TLS refuses a code above either of them.
constexpr unsigned char fragment_code() {
  constexpr size_t in_bytes = MBEDTLS_SSL_IN_CONTENT_LEN;
  constexpr size_t out_bytes = MBEDTLS_SSL_OUT_CONTENT_LEN;
  constexpr size_t smaller = std::min(in_bytes, out_bytes);
  static_assert(smaller >= 512,
                "MBEDTLS_SSL_IN_CONTENT_LEN and MBEDTLS_SSL_OUT_CONTENT_LEN must be at least 512");
  if (smaller >= 16384) return MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
  if (smaller >= 4096) return MBEDTLS_SSL_MAX_FRAG_LEN_4096;
  if (smaller >= 2048) return MBEDTLS_SSL_MAX_FRAG_LEN_2048;
  if (smaller >= 1024) return MBEDTLS_SSL_MAX_FRAG_LEN_1024;
  return MBEDTLS_SSL_MAX_FRAG_LEN_512;
}
inline int limit_records(mbedtls_ssl_config* conf) {
  return mbedtls_ssl_conf_max_frag_len(conf, fragment_code());
}
#else
static_assert(
    MBEDTLS_SSL_IN_CONTENT_LEN >= 16384,
    "small Mbed TLS buffers need MBEDTLS_SSL_MAX_FRAGMENT_LENGTH, or the server's records do not fit");
inline int limit_records(mbedtls_ssl_config*) { return 0; }
#endif

}  // namespace coinfer::tls::library
COINFER_CODE_END
