// SPDX-License-Identifier: Apache-2.0
// Makes X.509 certificates with EC P-256 keys through Mbed TLS.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "tls/random.hpp"

namespace coinfer::tools::certs {

enum class Role : uint8_t { authority, edge, device };

struct Request {
  Role role = Role::device;
  std::string common_name;         // letters, digits, space, '.', '_', '-'
  std::vector<std::string> names;  // of an edge peer: DNS names and IP addresses
  std::time_t not_before = 0;
  std::time_t not_after = 0;
};

// A certificate and its private key, both DER.
struct Identity {
  std::vector<uint8_t> certificate;
  std::vector<uint8_t> key;
};

// Signs with `issuer`; an authority signs itself and passes null. Throws std::runtime_error.
Identity issue(const Request& request, const Identity* issuer, tls::Random& random);

std::time_t expiry(const Identity& identity);

enum class PemKind : uint8_t { certificate, private_key };
std::vector<uint8_t> to_pem(const std::vector<uint8_t>& der, PemKind kind);

}  // namespace coinfer::tools::certs
