// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <asio.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "serve/compute_pool.hpp"
#include "serve/connection.hpp"
#include "serve/loaded_model.hpp"
#include "tls/server_context.hpp"

namespace coinfer::serve {

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;             // 0: any free one
  unsigned threads = 1;               // that compute
  std::size_t max_clients = 64;       // connections after their handshake
  std::size_t max_handshakes = 32;    // connections before it; the oldest gives way to a new one
  std::size_t max_per_address = 64;   // connections of one address, before and after their handshake
  std::size_t max_in_flight = 32;     // inferences: received, queued and computed
  std::uint64_t drain_timeout_us = 10'000'000;
  ConnectionLimits limits;  // hello_timeout_us counts from the connection's begin, TLS included
};

class ClientSession;

// Serves models on one TCP port; one thread for the network, a pool that computes. Not copyable; run() may be
// called once. Everything else but port() and counters() happens on run()'s thread.
class Server {
 public:
  // `tls` null: plaintext, for the loopback address only. Throws std::runtime_error naming the address.
  Server(ServerOptions options, std::vector<std::unique_ptr<LoadedModel>> models,
         std::unique_ptr<tools::tls::ServerContext> tls);
  ~Server();

  std::string address() const;  // as bound, "127.0.0.1:7001" or "[::1]:7001"
  std::uint16_t port() const;
  void run();  // until drained

  // From any thread: no new connections, every device is told to go, what is in flight is finished, run()
  // returns.
  void drain();
  asio::io_context& io() { return io_; }
  const Counters& counters() const { return counters_; }

 private:
  friend class ClientSession;

  void accept();
  void tick();
  void begin_drain();
  void closed(const std::shared_ptr<ClientSession>& session);
  std::size_t open_sessions() const;
  bool has_room_for(const asio::ip::tcp::socket& socket) const;
  void make_room_for_handshake();
  LoadedModel* find_model(const std::uint8_t* identity) const;

  const ServerOptions options_;
  const std::vector<std::unique_ptr<LoadedModel>> models_;
  const std::unique_ptr<tools::tls::ServerContext> tls_;
  Counters counters_;
  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_{io_};
  asio::steady_timer timer_{io_};
  std::set<std::shared_ptr<ClientSession>> sessions_;
  bool accepting_ = false;
  bool draining_ = false;
  std::uint64_t drain_by_us_ = 0;
  std::unique_ptr<ComputePool> pool_;  // last: its threads deliver into everything above
};

// True for addresses of this machine alone.
bool is_loopback(const std::string& address);

}  // namespace coinfer::serve
