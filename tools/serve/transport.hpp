// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/link.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "serve/counters.hpp"
#include "tls/server_context.hpp"

namespace coinfer::serve {

// The layer between a socket's bytes and the session's: TLS, or nothing for tests on the loopback address.
// Without a socket of its own, as tls::ServerSession, whose contract this is.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual std::size_t push(std::span<const std::uint8_t> from_socket) = 0;
  virtual void push_end() = 0;
  virtual std::span<const std::uint8_t> outgoing() const = 0;
  virtual void pop(std::size_t bytes) = 0;

  virtual Status handshake() = 0;
  virtual Transfer read(std::span<std::uint8_t> bytes) = 0;
  virtual Transfer write(std::span<const std::uint8_t> bytes) = 0;
  virtual void say_goodbye() = 0;

  virtual Event failure() const = 0;            // why handshake() failed
  virtual std::string description() const = 0;  // who and how, for the log, after handshake() or its failure
};

std::unique_ptr<Transport> make_tls_transport(tools::tls::ServerContext& context);
std::unique_ptr<Transport> make_plain_transport();

}  // namespace coinfer::serve
