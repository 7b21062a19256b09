// SPDX-License-Identifier: Apache-2.0
#include "serve/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "serve/client_session.hpp"

namespace coinfer::serve {

namespace {

constexpr std::chrono::milliseconds tick_interval(200);

}  // namespace

bool is_loopback(const std::string& address) {
  asio::error_code error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

Server::Server(ServerOptions options, std::vector<std::unique_ptr<LoadedModel>> models,
               std::unique_ptr<tools::tls::ServerContext> tls)
    : options_(std::move(options)), models_(std::move(models)), tls_(std::move(tls)) {
  const std::string where = "--listen " + options_.address + ":" + std::to_string(options_.port);
  if (tls_ == nullptr && !is_loopback(options_.address)) {
    throw std::runtime_error(where + ": plaintext is only served on the loopback address");
  }
  asio::error_code error;
  const asio::ip::address address = asio::ip::make_address(options_.address, error);
  if (error) throw std::runtime_error(where + ": not a numeric address");
  const asio::ip::tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw std::runtime_error(where + ": " + error.message());
  pool_ = std::make_unique<ComputePool>(options_.threads, options_.max_in_flight);
}

Server::~Server() = default;

std::uint16_t Server::port() const { return acceptor_.local_endpoint().port(); }

std::string Server::address() const {
  const std::string host = acceptor_.local_endpoint().address().to_string();
  const bool v6 = acceptor_.local_endpoint().address().is_v6();
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

void Server::run() {
  accept();
  tick();
  while (!(draining_ && sessions_.empty()) && io_.run_one() > 0) {
  }
}

void Server::accept() {
  accepting_ = true;
  acceptor_.async_accept([this](const asio::error_code& error, asio::ip::tcp::socket socket) {
    if (draining_ || error == asio::error::operation_aborted) return;
    if (error) {  // out of descriptors or memory: the next tick tries again
      spdlog::warn("cannot accept: {}", error.message());
      accepting_ = false;
      return;
    }
    counters_.add(Event::connections);
    if (open_sessions() >= options_.max_clients) {
      counters_.add(Event::too_many_clients);
    } else if (!has_room_for(socket)) {
      counters_.add(Event::too_many_from_address);
    } else {
      make_room_for_handshake();
      asio::error_code ignored;
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      auto transport = tls_ == nullptr ? make_plain_transport() : make_tls_transport(*tls_);
      auto session = std::make_shared<ClientSession>(*this, std::move(socket), std::move(transport));
      sessions_.insert(session);
      session->begin();
    }
    accept();
  });
}

void Server::tick() {
  const std::uint64_t now = steady_now_us();
  const std::vector<std::shared_ptr<ClientSession>> sessions(sessions_.begin(), sessions_.end());
  for (const auto& session : sessions) {
    session->tick();
    if (draining_ && now > drain_by_us_) session->shut_down();
    if (draining_ && now > drain_by_us_ + 1'000'000) session->close();
  }
  if (!accepting_ && !draining_) accept();
  timer_.expires_after(tick_interval);
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) tick();
  });
}

void Server::drain() {
  asio::post(io_, [this] { begin_drain(); });
}

void Server::begin_drain() {
  if (draining_) return;
  draining_ = true;
  drain_by_us_ = steady_now_us() + options_.drain_timeout_us;
  spdlog::info("draining {} connections", sessions_.size());
  asio::error_code ignored;
  acceptor_.close(ignored);
  const std::vector<std::shared_ptr<ClientSession>> sessions(sessions_.begin(), sessions_.end());
  for (const auto& session : sessions) session->drain();
}

void Server::closed(const std::shared_ptr<ClientSession>& session) { sessions_.erase(session); }

std::size_t Server::open_sessions() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(sessions_, [](const auto& session) { return session->open(); }));
}

// Whether one more connection of this address is allowed.
bool Server::has_room_for(const asio::ip::tcp::socket& socket) const {
  const asio::ip::address address = address_of_peer(socket);
  const auto others =
      std::ranges::count_if(sessions_, [&](const auto& session) { return session->address() == address; });
  return static_cast<std::size_t>(others) < options_.max_per_address;
}

// Who has not proved anything yet cannot keep others out.
void Server::make_room_for_handshake() {
  std::shared_ptr<ClientSession> oldest;
  std::size_t handshakes = 0;
  for (const auto& session : sessions_) {
    if (session->open()) continue;
    ++handshakes;
    if (oldest == nullptr || session->begun_us() < oldest->begun_us()) oldest = session;
  }
  if (handshakes < options_.max_handshakes) return;
  counters_.add(Event::handshake_evicted);
  oldest->close();
}

LoadedModel* Server::find_model(const std::uint8_t* identity) const {
  for (const std::unique_ptr<LoadedModel>& model : models_) {
    if (std::memcmp(model->identity(), identity, wire::identity_bytes) == 0) return model.get();
  }
  return nullptr;
}

}  // namespace coinfer::serve
