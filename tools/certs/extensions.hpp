// SPDX-License-Identifier: Apache-2.0
// DER of the certificate extensions that Mbed TLS 2.28 has no writer for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace coinfer::tools::certs {

std::vector<uint8_t> authority_constraints();  // BasicConstraints: an authority that signs end entities only

std::vector<uint8_t> server_usage();  // ExtendedKeyUsage: serverAuth
std::vector<uint8_t> client_usage();  // ExtendedKeyUsage: clientAuth

// SubjectAltName. Each name is an IPv4 or IPv6 address, or else a DNS name. Throws std::runtime_error naming
// the one that is neither.
std::vector<uint8_t> alternative_names(const std::vector<std::string>& names);

}  // namespace coinfer::tools::certs
