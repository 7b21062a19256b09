// SPDX-License-Identifier: Apache-2.0
// Client authentication by certificates: our chain and key, the trusted roots, and the name of the server.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <coinfer/compiler.hpp>
#include <coinfer/tls/cipher_suites.hpp>
#include <coinfer/tls/credentials.hpp>
#include <coinfer/tls/library.hpp>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::tls {

// Server certificates are checked for chain, key usage and name; for their dates only where Mbed TLS has a
// calendar (MBEDTLS_HAVE_TIME_DATE).
class CertificateAuth {
 public:
  using Credentials = CertificateCredentials;

  static const int* suites() { return suite::certificate_suites; }

  // 0, or an error of Mbed TLS. The DER objects are used in place.
  int apply(mbedtls_ssl_config* conf, const Credentials& credentials,
            int (*random)(void*, unsigned char*, size_t), void* random_context) {
    name_ = credentials.server;
    // Without a name any certificate of the authority would do, another device's included.
    if (name_.dns == nullptr && name_.address == nullptr) return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
    mbedtls_x509_crt_init(&authorities_);
    mbedtls_x509_crt_init(&chain_);
    mbedtls_pk_init(&key_);
    int error = parse(&authorities_, credentials.authorities, credentials.authority_count);
    if (error == 0) error = parse(&chain_, credentials.chain, credentials.chain_count);
    if (error == 0) error = library::parse_key(&key_, credentials.key, random, random_context);
    if (error == 0) error = mbedtls_ssl_conf_own_cert(conf, &chain_, &key_);
    if (error != 0) return error;
    mbedtls_ssl_conf_ca_chain(conf, &authorities_, nullptr);
    mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_verify(conf, &CertificateAuth::verify, this);
    library::authenticate_by_certificate(conf);
    return 0;
  }

  // An address is checked by verify() below, since Mbed TLS 2.28 compares names only.
  int bind(mbedtls_ssl_context* ssl) const { return mbedtls_ssl_set_hostname(ssl, name_.dns); }

  void release() {
    mbedtls_x509_crt_free(&authorities_);
    mbedtls_x509_crt_free(&chain_);
    mbedtls_pk_free(&key_);
  }

 private:
  static int parse(mbedtls_x509_crt* into, const Der* certificates, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const int error = mbedtls_x509_crt_parse_der_nocopy(into, certificates[i].bytes, certificates[i].size);
      if (error != 0) return error;
    }
    return count == 0 ? MBEDTLS_ERR_X509_BAD_INPUT_DATA : 0;
  }

  static int verify(void* context, mbedtls_x509_crt* certificate, int depth, uint32_t* flags) {
    const ServerName& name = static_cast<const CertificateAuth*>(context)->name_;
    if (depth == 0 && name.dns == nullptr && !has_address(*certificate, name)) {
      *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    return 0;
  }

  static bool has_address(const mbedtls_x509_crt& certificate, const ServerName& name) {
    constexpr int ip_address_tag = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;  // RFC 5280, GeneralName.iPAddress
    for (const mbedtls_x509_sequence* san = &certificate.subject_alt_names; san != nullptr; san = san->next) {
      if (san->buf.tag == ip_address_tag && san->buf.len == name.address_bytes &&
          std::memcmp(san->buf.p, name.address, name.address_bytes) == 0) {
        return true;
      }
    }
    return false;
  }

  ServerName name_ = {};
  mbedtls_x509_crt authorities_ = {};
  mbedtls_x509_crt chain_ = {};
  mbedtls_pk_context key_ = {};
};

}  // namespace coinfer::tls
COINFER_CODE_END
