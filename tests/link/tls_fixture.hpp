// SPDX-License-Identifier: Apache-2.0
// A TLS client against a server in the same thread.
#pragma once

#include <coinfer/tls/certificate_auth.hpp>
#include <coinfer/tls/client.hpp>
#include <coinfer/tls/psk_auth.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "memory_transport.hpp"
#include "pki.hpp"

namespace coinfer::tests {

constexpr int call_limit = 20'000;  // of one operation: more is a hang

inline Status open_until_done(const Connector& connector, uint32_t timeout_us = 0) {
  for (int call = 0; call < call_limit; ++call) {
    const Status status = connector.open(connector.context, timeout_us);
    if (status != Status::pending) return status;
  }
  return Status::timed_out;
}

// Sends `size` bytes through the echoing server. ok when the same bytes came back.
inline Status exchange(const Connector& connector, size_t size) {
  const Link& link = connector.link;
  std::vector<uint8_t> out(size);
  std::iota(out.begin(), out.end(), uint8_t{7});
  std::vector<uint8_t> in;
  std::vector<uint8_t> buffer(1500);
  size_t sent = 0;
  for (int call = 0; call < call_limit; ++call) {
    if (sent < size) {
      const Transfer up = link.send(link.context, out.data() + sent, size - sent, 0);
      if (up.status != Status::ok && up.status != Status::pending) return up.status;
      sent += up.bytes;
    }
    const Transfer down = link.receive(link.context, buffer.data(), buffer.size(), 0);
    if (down.status != Status::ok && down.status != Status::pending) return down.status;
    in.insert(in.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(down.bytes));
    if (in.size() >= size) return in == out ? Status::ok : Status::bad_message;
  }
  return Status::timed_out;
}

// In TLS 1.3 the server checks the device after the client's handshake is over, so trust shows in the first
// exchange.
inline Status connect_and_exchange(const Connector& connector, size_t size = 100) {
  const Status opened = open_until_done(connector);
  return opened == Status::ok ? exchange(connector, size) : opened;
}

template <class Auth>
struct TestClient {
  TestClient(const Connector& transport, const typename Auth::Credentials& credentials,
             const int* suites = nullptr) {
    began = client.begin({transport, clock.clock(), test_entropy(), credentials, suites});
  }
  ~TestClient() { client.end(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  Connector connector() { return client.connector(); }

  FakeClock clock;
  tls::Client<Auth> client;
  Status began;
};
using CertificateClient = TestClient<tls::CertificateAuth>;
using PskClient = TestClient<tls::PskAuth>;

struct Psk {
  std::string identity = "device-7";
  std::vector<uint8_t> key = std::vector<uint8_t>(32, 0x5a);
  tls::PskCredentials view() const {
    return {reinterpret_cast<const uint8_t*>(identity.data()), identity.size(), key.data(), key.size()};
  }
};

inline tools::tls::ServerOptions psk_options(const Psk& psk) {
  tools::tls::ServerOptions options;
  options.psk = [psk](std::string_view identity) -> std::optional<std::vector<uint8_t>> {
    if (identity == psk.identity) return psk.key;
    return std::nullopt;
  };
  return options;
}

}  // namespace coinfer::tests
