// SPDX-License-Identifier: Apache-2.0
// Credentials from files, for the host programs. Errors are std::runtime_error naming the file.
#pragma once

#include <coinfer/tls/credentials.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer::tools::tls {

std::vector<uint8_t> read_credential_file(const std::filesystem::path& path);

// Pre-shared keys by identity. File: one `identity:key` per line, the key in hexadecimal, at least 16 bytes;
// empty lines and lines that start with # are skipped.
using PskTable = std::map<std::string, std::vector<uint8_t>, std::less<>>;
PskTable load_psk_file(const std::filesystem::path& path);
std::optional<std::vector<uint8_t>> find_psk(const PskTable& table, std::string_view identity);

// A device's certificate credentials, PEM or DER. `server` is a DNS name or an IPv4 or IPv6 address. Owns
// what view() points to, so it must not move while a client uses it.
class ClientCertificateFiles {
 public:
  ClientCertificateFiles(const std::filesystem::path& authority, const std::filesystem::path& certificate,
                         const std::filesystem::path& key, std::string server);
  ~ClientCertificateFiles();
  ClientCertificateFiles(const ClientCertificateFiles&) = delete;
  ClientCertificateFiles& operator=(const ClientCertificateFiles&) = delete;

  coinfer::tls::CertificateCredentials view() const;

 private:
  std::vector<std::vector<uint8_t>> authorities_;
  std::vector<std::vector<uint8_t>> chain_;
  std::vector<uint8_t> key_;
  std::string server_;
  std::vector<uint8_t> address_;  // empty when server_ is a name
  std::vector<coinfer::tls::Der> authority_views_;
  std::vector<coinfer::tls::Der> chain_views_;
};

}  // namespace coinfer::tools::tls
