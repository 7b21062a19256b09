// SPDX-License-Identifier: Apache-2.0
// What an error of Mbed TLS means to the caller of a Link.
#pragma once

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#include <coinfer/compiler.hpp>
#include <coinfer/status.hpp>
#include <coinfer/tls/library.hpp>

COINFER_CODE_BEGIN
namespace coinfer::tls {

constexpr Status status_of(int error) {
  switch (error) {
    case 0:
      return Status::ok;
    case MBEDTLS_ERR_SSL_WANT_READ:
    case MBEDTLS_ERR_SSL_WANT_WRITE:
      return Status::pending;
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
      return Status::link_down;
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
    case library::bad_certificate:
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
      return Status::not_trusted;
    case MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED:
      return Status::no_entropy;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_X509_ALLOC_FAILED:
      return Status::no_memory;
    default:
      return library::means_no_common_protocol(error) ? Status::not_trusted : Status::bad_message;
  }
}

}  // namespace coinfer::tls
COINFER_CODE_END
