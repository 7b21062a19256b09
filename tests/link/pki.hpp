// SPDX-License-Identifier: Apache-2.0
// Certificates and keys for tests, made anew in every run.
#pragma once

#include <coinfer/tls/credentials.hpp>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "certs/issue.hpp"
#include "tls/random.hpp"
#include "tls/server_context.hpp"

namespace coinfer::tests {

using tools::certs::Identity;
using tools::certs::Role;

constexpr std::time_t day_s = 24 * 3600;

struct Pki {
  explicit Pki(const std::string& name = "test authority")
      : authority(issue(Role::authority, name, {}, -day_s, 10 * day_s, nullptr)) {}

  // Validity in seconds from now.
  Identity issue(Role role, const std::string& name, const std::vector<std::string>& names,
                 std::time_t from_s, std::time_t to_s, const Identity* issuer) {
    const std::time_t now = std::time(nullptr);
    return tools::certs::issue({role, name, names, now + from_s, now + to_s}, issuer, random);
  }
  Identity edge(const std::vector<std::string>& names = {"edge.test", "127.0.0.1"},
                std::time_t to_s = day_s) {
    return issue(Role::edge, "edge", names, -3600, to_s, &authority);
  }
  Identity device(const std::string& name = "device-1", std::time_t to_s = day_s) {
    return issue(Role::device, name, {}, -3600, to_s, &authority);
  }

  tools::tls::Random random;
  Identity authority;
};

// The credentials of a device, owned.
struct DeviceCredentials {
  DeviceCredentials(const Identity& authority_, Identity own_, std::string server_)
      : authority(authority_.certificate), own(std::move(own_)), server(std::move(server_)) {
    authority_der = {authority.data(), authority.size()};
    chain_der = {own.certificate.data(), own.certificate.size()};
  }
  DeviceCredentials(const DeviceCredentials&) = delete;
  DeviceCredentials& operator=(const DeviceCredentials&) = delete;

  tls::CertificateCredentials view() const {
    return {&authority_der, 1, &chain_der, 1, {own.key.data(), own.key.size()}, {server.c_str(), nullptr, 0}};
  }

  std::vector<uint8_t> authority;
  Identity own;
  std::string server;
  tls::Der authority_der{};
  tls::Der chain_der{};
};

inline tools::tls::ServerOptions certificate_options(const Identity& edge, const Identity& client_authority) {
  tools::tls::ServerOptions options;
  options.certificate_chain = edge.certificate;
  options.key = edge.key;
  options.client_authorities = client_authority.certificate;
  return options;
}

}  // namespace coinfer::tests
