// SPDX-License-Identifier: Apache-2.0
#include "issue.hpp"

#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <array>
#include <stdexcept>

#include "extensions.hpp"
#include "tls/pem.hpp"

namespace coinfer::tools::certs {
namespace {

struct Writer {
  Writer() { mbedtls_x509write_crt_init(&crt); }
  ~Writer() { mbedtls_x509write_crt_free(&crt); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  mbedtls_x509write_cert crt;
};

void check(int error, const char* step) {
  if (error < 0) throw std::runtime_error(std::string("certificate: ") + step + " failed in Mbed TLS");
}

#if MBEDTLS_VERSION_MAJOR >= 3
void set_serial(mbedtls_x509write_cert* crt, std::array<uint8_t, 16>& serial) {
  check(mbedtls_x509write_crt_set_serial_raw(crt, serial.data(), serial.size()), "the serial number");
}
#else
void set_serial(mbedtls_x509write_cert* crt, const std::array<uint8_t, 16>& serial) {
  mbedtls_mpi number;
  mbedtls_mpi_init(&number);
  int error = mbedtls_mpi_read_binary(&number, serial.data(), serial.size());
  if (error == 0) error = mbedtls_x509write_crt_set_serial(crt, &number);
  mbedtls_mpi_free(&number);
  check(error, "the serial number");
}
#endif

std::string distinguished_name(const std::string& common_name) {
  for (const char c : common_name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != ' ' && c != '.' && c != '_' && c != '-') {
      throw std::runtime_error("name '" + common_name +
                               "': only letters, digits, '.', '_' and '-' are possible");
    }
  }
  if (common_name.empty() || common_name.size() > 64) {
    throw std::runtime_error("name '" + common_name + "': must have 1 to 64 characters");
  }
  return "CN=" + common_name;
}

std::string timestamp(std::time_t time) {
  std::tm utc = {};
  gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S", &utc);
  return text.data();
}

void add_extension(mbedtls_x509write_cert* crt, const char* oid, size_t oid_size, bool critical,
                   const std::vector<uint8_t>& value) {
  check(mbedtls_x509write_crt_set_extension(crt, oid, oid_size, critical ? 1 : 0, value.data(), value.size()),
        "an extension");
}

void add_extensions(mbedtls_x509write_cert* crt, const Request& request) {
  if (request.role == Role::authority) {
    add_extension(crt, MBEDTLS_OID_BASIC_CONSTRAINTS, MBEDTLS_OID_SIZE(MBEDTLS_OID_BASIC_CONSTRAINTS), true,
                  authority_constraints());
    check(mbedtls_x509write_crt_set_key_usage(crt, MBEDTLS_X509_KU_KEY_CERT_SIGN), "the key usage");
    return;
  }
  check(mbedtls_x509write_crt_set_key_usage(crt, MBEDTLS_X509_KU_DIGITAL_SIGNATURE), "the key usage");
  add_extension(crt, MBEDTLS_OID_EXTENDED_KEY_USAGE, MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE), false,
                request.role == Role::edge ? server_usage() : client_usage());
  if (request.names.empty()) return;
  add_extension(crt, MBEDTLS_OID_SUBJECT_ALT_NAME, MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), false,
                alternative_names(request.names));
}

std::string subject_of(const mbedtls_x509_crt& certificate) {
  std::array<char, 256> text{};
  check(mbedtls_x509_dn_gets(text.data(), text.size(), &certificate.subject), "the issuer's name");
  return text.data();
}

std::vector<uint8_t> key_der(mbedtls_pk_context* key) {
  std::vector<uint8_t> buffer(512);
  const int size = mbedtls_pk_write_key_der(key, buffer.data(), buffer.size());
  check(size, "writing the key");
  return {buffer.end() - size, buffer.end()};
}

}  // namespace

Identity issue(const Request& request, const Identity* issuer, tls::Random& random) {
  tls::PrivateKey subject_key;
  check(mbedtls_pk_setup(subject_key.get(), mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), "making a key");
  check(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*subject_key.get()),
                            &tls::Random::generate, &random),
        "making a key");
  tls::PrivateKey issuer_key;
  tls::Certificates issuer_certificate;
  if (issuer != nullptr) tls::parse_certificates(issuer_certificate.get(), issuer->certificate, "issuer");
  if (issuer != nullptr) tls::parse_private_key(issuer_key.get(), issuer->key, "issuer key", random);
  mbedtls_pk_context* signing_key = issuer != nullptr ? issuer_key.get() : subject_key.get();
  const std::string subject = distinguished_name(request.common_name);

  Writer writer;
  mbedtls_x509write_crt_set_version(&writer.crt, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&writer.crt, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&writer.crt, subject_key.get());
  mbedtls_x509write_crt_set_issuer_key(&writer.crt, signing_key);
  check(mbedtls_x509write_crt_set_subject_name(&writer.crt, subject.c_str()), "the name");
  const std::string issuer_name = issuer != nullptr ? subject_of(*issuer_certificate.get()) : subject;
  check(mbedtls_x509write_crt_set_issuer_name(&writer.crt, issuer_name.c_str()), "the issuer's name");
  check(mbedtls_x509write_crt_set_validity(&writer.crt, timestamp(request.not_before).c_str(),
                                           timestamp(request.not_after).c_str()),
        "the validity");
  std::array<uint8_t, 16> serial{};
  random.fill(serial);
  serial[0] = static_cast<uint8_t>((serial[0] & 0x7f) | 0x40);  // positive, always 16 bytes
  set_serial(&writer.crt, serial);
  add_extensions(&writer.crt, request);
  check(mbedtls_x509write_crt_set_subject_key_identifier(&writer.crt), "the key identifier");
  check(mbedtls_x509write_crt_set_authority_key_identifier(&writer.crt), "the key identifier");

  std::vector<uint8_t> buffer(8192);
  const int size =
      mbedtls_x509write_crt_der(&writer.crt, buffer.data(), buffer.size(), &tls::Random::generate, &random);
  check(size, "signing");
  return {{buffer.end() - size, buffer.end()}, key_der(subject_key.get())};
}

std::time_t expiry(const Identity& identity) {
  tls::Certificates parsed;
  tls::parse_certificates(parsed.get(), identity.certificate, "certificate");
  const mbedtls_x509_time& end = parsed.get()->valid_to;
  std::tm utc = {};
  utc.tm_year = end.year - 1900;
  utc.tm_mon = end.mon - 1;
  utc.tm_mday = end.day;
  utc.tm_hour = end.hour;
  utc.tm_min = end.min;
  utc.tm_sec = end.sec;
  return timegm(&utc);
}

std::vector<uint8_t> to_pem(const std::vector<uint8_t>& der, PemKind kind) {
  const bool certificate = kind == PemKind::certificate;
  const char* begin = certificate ? "-----BEGIN CERTIFICATE-----\n" : "-----BEGIN EC PRIVATE KEY-----\n";
  const char* end = certificate ? "-----END CERTIFICATE-----\n" : "-----END EC PRIVATE KEY-----\n";
  std::vector<uint8_t> pem(der.size() * 2 + 256);
  size_t size = 0;
  check(mbedtls_pem_write_buffer(begin, end, der.data(), der.size(), pem.data(), pem.size(), &size),
        "writing PEM");
  pem.resize(size - 1);  // without the terminating zero
  return pem;
}

}  // namespace coinfer::tools::certs
