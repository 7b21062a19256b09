// SPDX-License-Identifier: Apache-2.0
// Client authentication by a pre-shared key: needs no X.509 and no elliptic curves in the firmware.
#pragma once

#include <mbedtls/ssl.h>

#include <coinfer/compiler.hpp>
#include <coinfer/tls/cipher_suites.hpp>
#include <coinfer/tls/credentials.hpp>
#include <coinfer/tls/library.hpp>

COINFER_CODE_BEGIN
namespace coinfer::tls {

class PskAuth {
 public:
  using Credentials = PskCredentials;

  static const int* suites() { return suite::psk_suites; }

  int apply(mbedtls_ssl_config* conf, const Credentials& credentials, int (*)(void*, unsigned char*, size_t),
            void*) {
    library::authenticate_by_psk(conf);
    return mbedtls_ssl_conf_psk(conf, credentials.key, credentials.key_bytes, credentials.identity,
                                credentials.identity_bytes);
  }

  int bind(mbedtls_ssl_context*) const { return 0; }
  void release() {}
};

}  // namespace coinfer::tls
COINFER_CODE_END
