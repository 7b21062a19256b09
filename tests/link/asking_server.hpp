// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mbedtls/ssl.h>

#include <algorithm>
#include <coinfer/link.hpp>
#include <coinfer/tls/library.hpp>
#include <cstdint>
#include <vector>

#include "tls/random.hpp"
#include "tls_fixture.hpp"

namespace coinfer::tests {

#if defined(MBEDTLS_SSL_RENEGOTIATION)

// A TLS 1.2 server with one pre-shared key, and its transport, that can ask the client to renegotiate. A
// client that refuses says so from within its read, and before that Mbed TLS sends what it still holds.
class AskingServer {
 public:
  explicit AskingServer(const Psk& psk) {
    mbedtls_ssl_init(&ssl_);
    mbedtls_ssl_config_init(&conf_);
    error_ = tls::library::start();
    if (error_ == 0) {
      error_ = mbedtls_ssl_config_defaults(&conf_, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                           MBEDTLS_SSL_PRESET_DEFAULT);
    }
    tls::library::forbid_tls_1_3(&conf_);
    mbedtls_ssl_conf_rng(&conf_, tools::tls::Random::generate, &random_);
    const auto* identity = reinterpret_cast<const unsigned char*>(psk.identity.data());
    if (error_ == 0) {
      error_ = mbedtls_ssl_conf_psk(&conf_, psk.key.data(), psk.key.size(), identity, psk.identity.size());
    }
    if (error_ == 0) error_ = mbedtls_ssl_setup(&ssl_, &conf_);
    mbedtls_ssl_set_bio(&ssl_, this, &AskingServer::bio_send, &AskingServer::bio_receive, nullptr);
  }
  ~AskingServer() {
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_config_free(&conf_);
  }
  AskingServer(const AskingServer&) = delete;
  AskingServer& operator=(const AskingServer&) = delete;

  int error() const { return error_; }
  int ask() { return mbedtls_ssl_renegotiate(&ssl_); }

  // Everything that the client has said so far.
  std::vector<uint8_t> read() {
    std::vector<uint8_t> all;
    uint8_t buffer[512];
    for (int got = 1; got > 0;) {
      got = mbedtls_ssl_read(&ssl_, buffer, sizeof buffer);
      if (got > 0) all.insert(all.end(), buffer, buffer + got);
    }
    return all;
  }

  Connector connector() {
    return {this,
            [](void* /*self*/, uint32_t) { return Status::ok; },
            [](void* /*self*/) {},
            {this,
             [](void* self, const uint8_t* bytes, size_t count, uint32_t) {
               auto& up = static_cast<AskingServer*>(self)->up_;
               up.insert(up.end(), bytes, bytes + count);
               return Transfer{Status::ok, count};
             },
             [](void* self, uint8_t* bytes, size_t count, uint32_t) {
               return static_cast<AskingServer*>(self)->to_client(bytes, count);
             }}};
  }

 private:
  Transfer to_client(uint8_t* bytes, size_t count) {
    if (!tls::library::handshake_is_over(&ssl_)) (void)mbedtls_ssl_handshake(&ssl_);
    const size_t taken = move(down_, bytes, count);
    return {taken > 0 ? Status::ok : Status::pending, taken};
  }
  static int bio_send(void* self, const unsigned char* bytes, size_t count) {
    auto& down = static_cast<AskingServer*>(self)->down_;
    down.insert(down.end(), bytes, bytes + count);
    return static_cast<int>(count);
  }
  static int bio_receive(void* self, unsigned char* bytes, size_t count) {
    const size_t taken = move(static_cast<AskingServer*>(self)->up_, bytes, count);
    return taken > 0 ? static_cast<int>(taken) : MBEDTLS_ERR_SSL_WANT_READ;
  }
  static size_t move(std::vector<uint8_t>& from, uint8_t* to, size_t count) {
    const size_t taken = std::min(count, from.size());
    std::copy_n(from.begin(), taken, to);
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken;
  }

  mbedtls_ssl_context ssl_;
  mbedtls_ssl_config conf_;
  tools::tls::Random random_;
  std::vector<uint8_t> up_, down_;
  int error_ = 0;
};

#endif

}  // namespace coinfer::tests
