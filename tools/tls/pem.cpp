// SPDX-License-Identifier: Apache-2.0
#include "pem.hpp"

#include <mbedtls/platform_util.h>

#include <coinfer/tls/library.hpp>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace coinfer::tools::tls {
namespace {

// Mbed TLS recognizes PEM by a terminating zero that counts as a part of the buffer.
std::vector<uint8_t> with_terminator(const std::vector<uint8_t>& bytes) {
  std::vector<uint8_t> out = bytes;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.find("-----BEGIN ") != std::string_view::npos) out.push_back(0);
  return out;
}

[[noreturn]] void reject(const std::string& what, const char* expected, int error) {
  char code[16];
  std::snprintf(code, sizeof code, "%s0x%04x", error < 0 ? "-" : "",
                static_cast<unsigned>(error < 0 ? -error : error));
  throw std::runtime_error(what + ": not " + expected + " (Mbed TLS says " + code + ")");
}

}  // namespace

void parse_certificates(mbedtls_x509_crt* into, const std::vector<uint8_t>& bytes, const std::string& what) {
  const std::vector<uint8_t> text = with_terminator(bytes);
  // A positive result is the number of certificates in a PEM file that could not be read.
  const int error = mbedtls_x509_crt_parse(into, text.data(), text.size());
  if (error != 0) reject(what, "a certificate in PEM or DER", error);
}

void parse_private_key(mbedtls_pk_context* into, const std::vector<uint8_t>& bytes, const std::string& what,
                       Random& random) {
  std::vector<uint8_t> text = with_terminator(bytes);
  const int error =
      coinfer::tls::library::parse_key(into, {text.data(), text.size()}, &Random::generate, &random);
  mbedtls_platform_zeroize(text.data(), text.size());
  if (error != 0) reject(what, "an unencrypted private key in PEM or DER", error);
  if (mbedtls_pk_can_do(into, MBEDTLS_PK_ECDSA) == 0)
    throw std::runtime_error(what + ": must be an elliptic-curve key");
}

bool keys_match(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key, Random& random) {
  return coinfer::tls::library::keys_match(public_key, private_key, &Random::generate, &random);
}

bool key_belongs_to(const std::vector<uint8_t>& certificate, const std::vector<uint8_t>& key,
                    Random& random) {
  Certificates chain;
  parse_certificates(chain.get(), certificate, "certificate");
  PrivateKey private_key;
  parse_private_key(private_key.get(), key, "private key", random);
  return keys_match(chain.get()->pk, *private_key.get(), random);
}

std::vector<std::vector<uint8_t>> certificates_to_der(const std::vector<uint8_t>& bytes,
                                                      const std::string& what) {
  Certificates chain;
  parse_certificates(chain.get(), bytes, what);
  std::vector<std::vector<uint8_t>> der;
  for (const mbedtls_x509_crt* one = chain.get(); one != nullptr; one = one->next) {
    der.emplace_back(one->raw.p, one->raw.p + one->raw.len);
  }
  return der;
}

std::vector<uint8_t> private_key_to_der(const std::vector<uint8_t>& bytes, const std::string& what,
                                        Random& random) {
  PrivateKey key;
  parse_private_key(key.get(), bytes, what, random);
  std::vector<uint8_t> buffer(1024);
  const int size = mbedtls_pk_write_key_der(key.get(), buffer.data(), buffer.size());
  if (size <= 0) reject(what, "a key that can be written", size);
  std::vector<uint8_t> der(buffer.end() - size, buffer.end());  // written from the end of the buffer
  mbedtls_platform_zeroize(buffer.data(), buffer.size());
  return der;
}

}  // namespace coinfer::tools::tls
