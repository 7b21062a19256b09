// SPDX-License-Identifier: Apache-2.0
// A TCP connection as a Connector.
#pragma once

#include <coinfer/link.hpp>
#include <coinfer/status.hpp>

struct addrinfo;

namespace port::posix {

// Never raises SIGPIPE, never blocks longer than asked; small writes go out at once (TCP_NODELAY). With
// several addresses for a name, they are tried in turn, the next one at the next open().
class TcpConnector {
 public:
  TcpConnector() = default;
  ~TcpConnector();
  TcpConnector(const TcpConnector&) = delete;
  TcpConnector& operator=(const TcpConnector&) = delete;

  // `host`: a name or address; `port`: a number or service name. Resolves a name, which may block for
  // seconds; nothing else here does. link_down: the name is unknown. May be called again.
  coinfer::Status resolve(const char* host, const char* port);

  coinfer::Connector connector();

 private:
  coinfer::Status open(uint32_t timeout_us);
  coinfer::Status start();
  coinfer::Status finish(uint32_t timeout_us);
  coinfer::Status give_up();
  void close();
  coinfer::Transfer send(const uint8_t* bytes, size_t count, uint32_t timeout_us);
  coinfer::Transfer receive(uint8_t* bytes, size_t count, uint32_t timeout_us);
  bool wait(short events, uint32_t timeout_us) const;

  addrinfo* addresses_ = nullptr;
  addrinfo* next_ = nullptr;
  int socket_ = -1;
  bool connected_ = false;
};

}  // namespace port::posix
