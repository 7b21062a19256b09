// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <asio.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "serve/bytes.hpp"
#include "serve/connection.hpp"
#include "serve/server.hpp"
#include "serve/transport.hpp"

namespace coinfer::serve {

// One client's socket: moves bytes between it, the transport and the protocol engine. On the server's network
// thread only.
class ClientSession : public ConnectionHost, public std::enable_shared_from_this<ClientSession> {
 public:
  ClientSession(Server& server, asio::ip::tcp::socket socket, std::unique_ptr<Transport> transport);

  void begin() { pump(); }
  void tick();
  void drain();
  void shut_down();
  void close();  // at once
  bool open() const { return open_; }
  std::uint64_t begun_us() const { return begun_us_; }
  const asio::ip::address& address() const { return address_; }

 private:
  // ConnectionHost
  const ServedModel* find_model(const std::uint8_t* identity) override;
  Admission admit(const ServedModel& model, int split, int exit, std::uint32_t remaining_us) override;
  void start(Job job) override;
  void forget(std::uint32_t sequence) override;
  std::uint16_t load_permille() const override;
  std::uint64_t now_us() const override { return steady_now_us(); }
  Counters& counters() override { return server_.counters_; }

  void pump();
  bool move_in();   // socket's bytes to the engine; true when something moved
  bool move_out();  // engine's bytes to the socket's queue; true when something moved
  void continue_handshake();
  void read_socket();
  void write_socket();
  void finish_when_flushed();

  static constexpr std::uint64_t linger_us = 2'000'000;

  Server& server_;
  asio::ip::tcp::socket socket_;
  const asio::ip::address address_;
  const std::string peer_;  // the same with its port, for logs
  const std::uint64_t begun_us_;
  std::unique_ptr<Transport> transport_;
  Connection connection_;

  std::array<std::uint8_t, 16384> received_;  // from the socket
  std::size_t received_at_ = 0;
  std::size_t received_end_ = 0;
  std::array<std::uint8_t, 16384> plain_;  // from the transport
  std::size_t plain_at_ = 0;
  std::size_t plain_end_ = 0;

  Bytes writing_bytes_;  // under way to the socket: the transport may go on filling its own buffer

  bool open_ = false;    // the handshake is over
  bool ending_ = false;  // nothing more is said but what is already queued
  bool said_goodbye_ = false;
  bool closed_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool peer_ended_ = false;
  std::uint64_t ending_since_us_ = 0;

  // Of the inference that holds a place in the pool.
  ComputePool::Place place_;
  bool receiving_ = false;          // it is not submitted yet
  ComputePool::Ticket ticket_ = 0;  // once it is
};

// Unspecified (0.0.0.0) when the peer is gone.
asio::ip::address address_of_peer(const asio::ip::tcp::socket& socket);

}  // namespace coinfer::serve
