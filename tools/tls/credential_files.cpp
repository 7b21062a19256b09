// SPDX-License-Identifier: Apache-2.0
#include "credential_files.hpp"

#include <arpa/inet.h>
#include <mbedtls/platform_util.h>

#include <stdexcept>

#include "files/files.hpp"
#include "identity.hpp"
#include "pem.hpp"
#include "random.hpp"

namespace coinfer::tools::tls {
namespace {

constexpr size_t min_key_bytes = 16;  // RFC 9257: less than 128 bits can be guessed
constexpr size_t max_key_bytes = 32;  // what Mbed TLS takes by default (MBEDTLS_PSK_MAX_LEN)

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::vector<uint8_t>> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::vector<uint8_t> parse_address(const std::string& text) {
  std::vector<uint8_t> bytes(4);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(16);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  return {};
}

std::vector<coinfer::tls::Der> views(const std::vector<std::vector<uint8_t>>& objects) {
  std::vector<coinfer::tls::Der> out;
  out.reserve(objects.size());
  for (const auto& object : objects) out.push_back({object.data(), object.size()});
  return out;
}

}  // namespace

std::vector<uint8_t> read_credential_file(const std::filesystem::path& path) {
  std::vector<uint8_t> bytes = files::read(path);
  if (bytes.empty()) throw std::runtime_error(path.string() + ": is empty");
  return bytes;
}

PskTable load_psk_file(const std::filesystem::path& path) {
  const std::vector<uint8_t> bytes = read_credential_file(path);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  PskTable table;
  for (size_t number = 1; !rest.empty(); ++number) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = path.string() + ":" + std::to_string(number) + ": ";
    const size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) throw std::runtime_error(where + "expected identity:key");
    const std::string_view identity = line.substr(0, colon);
    if (!is_valid_identity(identity)) {
      throw std::runtime_error(where + "the identity must be 1 to 64 visible ASCII characters");
    }
    auto key = parse_hex(line.substr(colon + 1));
    if (!key || key->size() < min_key_bytes || key->size() > max_key_bytes) {
      throw std::runtime_error(where + "the key must be 32 to 64 hexadecimal digits");
    }
    if (!table.emplace(identity, std::move(*key)).second) {
      throw std::runtime_error(where + "identity '" + std::string(identity) + "' is there twice");
    }
  }
  if (table.empty()) throw std::runtime_error(path.string() + ": holds no identity:key line");
  return table;
}

std::optional<std::vector<uint8_t>> find_psk(const PskTable& table, std::string_view identity) {
  const auto found = table.find(identity);
  if (found == table.end()) return std::nullopt;
  return found->second;
}

ClientCertificateFiles::ClientCertificateFiles(const std::filesystem::path& authority,
                                               const std::filesystem::path& certificate,
                                               const std::filesystem::path& key, std::string server)
    : server_(std::move(server)), address_(parse_address(server_)) {
  if (server_.empty())
    throw std::runtime_error("the name of the edge peer is needed to check its certificate");
  Random random;
  authorities_ = certificates_to_der(read_credential_file(authority), authority.string());
  chain_ = certificates_to_der(read_credential_file(certificate), certificate.string());
  key_ = private_key_to_der(read_credential_file(key), key.string(), random);
  if (!key_belongs_to(chain_.front(), key_, random)) {
    throw std::runtime_error(key.string() + ": is not the key of " + certificate.string());
  }
  authority_views_ = views(authorities_);
  chain_views_ = views(chain_);
}

ClientCertificateFiles::~ClientCertificateFiles() { mbedtls_platform_zeroize(key_.data(), key_.size()); }

coinfer::tls::CertificateCredentials ClientCertificateFiles::view() const {
  coinfer::tls::ServerName name = {server_.c_str(), nullptr, 0};
  if (!address_.empty()) name = {nullptr, address_.data(), address_.size()};
  return {authority_views_.data(), authority_views_.size(),    chain_views_.data(),
          chain_views_.size(),     {key_.data(), key_.size()}, name};
}

}  // namespace coinfer::tools::tls
