// SPDX-License-Identifier: Apache-2.0
// Certificates and keys in memory, as PEM or DER. Errors are std::runtime_error and start with `what`.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include <cstdint>
#include <string>
#include <vector>

#include "random.hpp"

namespace coinfer::tools::tls {

// Owners of what Mbed TLS allocates.
class Certificates {
 public:
  Certificates() { mbedtls_x509_crt_init(&chain_); }
  ~Certificates() { mbedtls_x509_crt_free(&chain_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  mbedtls_x509_crt* get() { return &chain_; }

 private:
  mbedtls_x509_crt chain_;
};

class PrivateKey {
 public:
  PrivateKey() { mbedtls_pk_init(&key_); }
  ~PrivateKey() { mbedtls_pk_free(&key_); }
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;
  mbedtls_pk_context* get() { return &key_; }

 private:
  mbedtls_pk_context key_;
};

// One DER certificate or any number of PEM ones; all of them must be readable.
void parse_certificates(mbedtls_x509_crt* into, const std::vector<uint8_t>& bytes, const std::string& what);

void parse_private_key(mbedtls_pk_context* into, const std::vector<uint8_t>& bytes, const std::string& what,
                       Random& random);

bool keys_match(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key, Random& random);

// The same for DER.
bool key_belongs_to(const std::vector<uint8_t>& certificate, const std::vector<uint8_t>& key, Random& random);

// For a device, which takes DER only.
std::vector<std::vector<uint8_t>> certificates_to_der(const std::vector<uint8_t>& bytes,
                                                      const std::string& what);
std::vector<uint8_t> private_key_to_der(const std::vector<uint8_t>& bytes, const std::string& what,
                                        Random& random);

}  // namespace coinfer::tools::tls
