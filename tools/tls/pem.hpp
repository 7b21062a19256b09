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
