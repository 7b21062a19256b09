// SPDX-License-Identifier: Apache-2.0
// What all TLS sessions of a server share: its certificate and key, whom it trusts, the ticket keys.
#pragma once

#include <mbedtls/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "pem.hpp"
#include "random.hpp"
#include "ticket_keys.hpp"

namespace coinfer::tools::tls {

struct ServerOptions {
  // Certificates: all three (PEM or DER), or none. Each device must then show a certificate of
  // `client_authorities`.
  std::vector<uint8_t> certificate_chain;
  std::vector<uint8_t> key;
  std::vector<uint8_t> client_authorities;
  // Pre-shared keys: key for a PSK identity, or nothing. An empty function = none. With both, either will do.
  std::function<std::optional<std::vector<uint8_t>>(std::string_view identity)> psk;
  // Without ticket keys there is no resumption. They may be shared by several contexts.
  std::shared_ptr<TicketKeys> tickets;
};

// A context and its sessions are used by one thread at a time (Mbed TLS writes to a key while it signs with
// it); a server with several network threads has a context for each and shares the ticket keys.
class ServerContext {
 public:
  // Throws std::runtime_error with one line that says which option is wrong.
  explicit ServerContext(ServerOptions options);
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  // Tickets made under another generation are not accepted any more: to be raised when a device loses its
  // rights.
  void set_policy_generation(uint32_t generation) { policy_generation_ = generation; }
  uint32_t policy_generation() const { return policy_generation_; }

  // Fills a fresh configuration, callbacks excepted. 0 or an error of Mbed TLS.
  int configure(mbedtls_ssl_config* conf);

  bool takes_certificates() const { return !options_.certificate_chain.empty(); }
  const ServerOptions& options() const { return options_; }

 private:
  void load_certificates();
  void choose_suites();

  ServerOptions options_;
  Random random_;
  Certificates chain_;
  Certificates client_authorities_;
  PrivateKey key_;
  std::vector<int> suites_;  // zero-terminated
  uint32_t policy_generation_ = 0;
};

}  // namespace coinfer::tools::tls
