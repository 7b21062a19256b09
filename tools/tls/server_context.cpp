// SPDX-License-Identifier: Apache-2.0
#include "server_context.hpp"

#include <mbedtls/ssl_ciphersuites.h>

#include <coinfer/tls/cipher_suites.hpp>
#include <coinfer/tls/library.hpp>
#include <stdexcept>
#include <string>

namespace coinfer::tools::tls {

namespace library = coinfer::tls::library;

ServerContext::ServerContext(ServerOptions options) : options_(std::move(options)) {
  if (library::start() != 0) throw std::runtime_error("Mbed TLS cannot start its cryptography");
  const int given = int{!options_.certificate_chain.empty()} + int{!options_.key.empty()} +
                    int{!options_.client_authorities.empty()};
  if (given != 0 && given != 3) {
    throw std::runtime_error("certificate, key and client authority belong together: give all three");
  }
  if (given == 0 && !options_.psk)
    throw std::runtime_error("give a certificate or pre-shared keys: devices must prove who they are");
  if (given == 3) load_certificates();
  choose_suites();
}

void ServerContext::load_certificates() {
  parse_certificates(chain_.get(), options_.certificate_chain, "server certificate");
  parse_certificates(client_authorities_.get(), options_.client_authorities, "client authority");
  parse_private_key(key_.get(), options_.key, "server key", random_);
  if (!keys_match(chain_.get()->pk, *key_.get(), random_)) {
    throw std::runtime_error("server key: does not belong to the server certificate");
  }
}

// Mbed TLS 2.28 breaks off when a client offers a suite that is in the server's list but unknown to the
// library.
void ServerContext::choose_suites() {
  namespace suite = coinfer::tls::suite;
  const int* wanted = suite::psk_suites;
  if (takes_certificates()) wanted = options_.psk ? suite::all_suites : suite::certificate_suites;
  for (; *wanted != 0; ++wanted) {
    if (mbedtls_ssl_ciphersuite_from_id(*wanted) != nullptr) suites_.push_back(*wanted);
  }
  suites_.push_back(0);
}

int ServerContext::configure(mbedtls_ssl_config* conf) {
  int error = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                          MBEDTLS_SSL_PRESET_DEFAULT);
  if (error != 0) return error;
  library::require_tls_1_2(conf);
  mbedtls_ssl_conf_rng(conf, &Random::generate, &random_);
  mbedtls_ssl_conf_ciphersuites(conf, suites_.data());
  if (!takes_certificates()) {
    library::authenticate_by_psk(conf);
    return 0;
  }
  library::authenticate_by_certificate(conf);
  mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(conf, client_authorities_.get(), nullptr);
  return mbedtls_ssl_conf_own_cert(conf, chain_.get(), key_.get());
}

}  // namespace coinfer::tools::tls
