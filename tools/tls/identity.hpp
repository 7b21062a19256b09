// SPDX-License-Identifier: Apache-2.0
// Who a device has proved to be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace coinfer::tools::tls {

// A name means something only together with its kind: a pre-shared key's identity never stands for a
// certificate.
struct Identity {
  enum class Kind : uint8_t { certificate = 1, psk = 2 };
  Kind kind = Kind::certificate;
  std::string name;                 // common name of the certificate's subject, or PSK identity
  uint64_t authenticated_at_s = 0;  // Unix time of the full handshake; a resumed session keeps it
};

inline constexpr size_t max_identity_bytes = 64;

// 1 to 64 characters of visible ASCII: safe in logs, file names of policies and metrics.
inline bool is_valid_identity(std::string_view name) {
  if (name.empty() || name.size() > max_identity_bytes) return false;
  for (const char c : name) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace coinfer::tools::tls
