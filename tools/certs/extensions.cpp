// SPDX-License-Identifier: Apache-2.0
#include "extensions.hpp"

#include <arpa/inet.h>
#include <mbedtls/asn1.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace coinfer::tools::certs {
namespace {

constexpr uint8_t sequence_tag = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
constexpr uint8_t dns_tag = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2;  // RFC 5280, GeneralName
constexpr uint8_t ip_tag = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;

void append(std::vector<uint8_t>& out, uint8_t tag, const std::vector<uint8_t>& content) {
  out.push_back(tag);
  if (content.size() > 0xff) {
    out.push_back(0x82);
    out.push_back(static_cast<uint8_t>(content.size() >> 8));
  } else if (content.size() > 0x7f) {
    out.push_back(0x81);
  }
  out.push_back(static_cast<uint8_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
}

std::vector<uint8_t> sequence(const std::vector<uint8_t>& content) {
  std::vector<uint8_t> out;
  append(out, sequence_tag, content);
  return out;
}

// 1.3.6.1.5.5.7.3.<purpose>
std::vector<uint8_t> usage(uint8_t purpose) {
  std::vector<uint8_t> oid;
  append(oid, MBEDTLS_ASN1_OID, {0x2b, 6, 1, 5, 5, 7, 3, purpose});
  return sequence(oid);
}

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '-' && c != '.' && c != '*') return false;
  }
  return true;
}

}  // namespace

std::vector<uint8_t> authority_constraints() {
  std::vector<uint8_t> content;
  append(content, MBEDTLS_ASN1_BOOLEAN, {0xff});
  append(content, MBEDTLS_ASN1_INTEGER, {0});
  return sequence(content);
}

std::vector<uint8_t> server_usage() { return usage(1); }
std::vector<uint8_t> client_usage() { return usage(2); }

std::vector<uint8_t> alternative_names(const std::vector<std::string>& names) {
  std::vector<uint8_t> content;
  for (const std::string& name : names) {
    std::vector<uint8_t> v4(4);
    std::vector<uint8_t> v6(16);
    if (inet_pton(AF_INET, name.c_str(), v4.data()) == 1) {
      append(content, ip_tag, v4);
    } else if (inet_pton(AF_INET6, name.c_str(), v6.data()) == 1) {
      append(content, ip_tag, v6);
    } else if (is_dns_name(name)) {
      append(content, dns_tag, std::vector<uint8_t>(name.begin(), name.end()));
    } else {
      throw std::runtime_error("'" + name + "' is neither a DNS name nor an IP address");
    }
  }
  if (content.size() > 4096) throw std::runtime_error("too many alternative names");
  return sequence(content);
}

}  // namespace coinfer::tools::certs
