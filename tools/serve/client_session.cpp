// SPDX-License-Identifier: Apache-2.0
#include "serve/client_session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace coinfer::serve {

asio::ip::address address_of_peer(const asio::ip::tcp::socket& socket) {
  asio::error_code error;
  return socket.remote_endpoint(error).address();
}

namespace {

std::string name_of_peer(const asio::ip::tcp::socket& socket) {
  asio::error_code error;
  const asio::ip::tcp::endpoint endpoint = socket.remote_endpoint(error);
  return error ? "?" : endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

template <std::size_t size>
void clear(std::array<std::uint8_t, size>& bytes) {
  volatile std::uint8_t* out = bytes.data();
  for (std::size_t i = 0; i < size; ++i) out[i] = 0;
}

}  // namespace

ClientSession::ClientSession(Server& server, asio::ip::tcp::socket socket,
                             std::unique_ptr<Transport> transport)
    : server_(server),
      socket_(std::move(socket)),
      address_(address_of_peer(socket_)),
      peer_(name_of_peer(socket_)),
      begun_us_(steady_now_us()),
      transport_(std::move(transport)),
      connection_(*this, server.options_.limits) {}

void ClientSession::pump() {
  if (closed_) return;
  while (move_in() || move_out()) {
  }
  if (connection_.closing() && connection_.pending().empty()) ending_ = true;
  if (ending_) finish_when_flushed();
  write_socket();
  read_socket();
}

bool ClientSession::move_in() {
  if (ending_) {
    received_at_ = received_end_ = 0;  // only waiting for the peer's end
    return false;
  }
  bool moved = false;
  if (received_at_ < received_end_) {
    const std::size_t taken =
        transport_->push(std::span(received_).subspan(received_at_, received_end_ - received_at_));
    received_at_ += taken;
    moved = taken > 0;
  }
  if (!open_) {
    continue_handshake();
    return moved || open_;
  }
  if (plain_at_ == plain_end_ && !connection_.closing()) {
    const Transfer read = transport_->read(plain_);
    plain_at_ = 0;
    plain_end_ = read.bytes;
    if (read.status == Status::link_down) connection_.peer_closed();
    if (read.status != Status::ok && read.status != Status::pending && read.status != Status::link_down) {
      server_.counters_.add(Event::tls_broken);
      connection_.peer_closed();
    }
  }
  const std::size_t taken = connection_.receive(plain_.data() + plain_at_, plain_end_ - plain_at_);
  plain_at_ += taken;
  if (plain_at_ == plain_end_ && taken > 0) clear(plain_);
  return moved || taken > 0;
}

bool ClientSession::move_out() {
  if (!open_ || connection_.pending().empty()) return false;
  const Transfer written = transport_->write(connection_.pending());
  if (written.status != Status::ok) {
    if (written.status != Status::pending) close();
    return false;
  }
  connection_.sent(written.bytes);
  return true;
}

void ClientSession::continue_handshake() {
  const Status status = transport_->handshake();
  if (status == Status::pending) return;
  if (status == Status::ok) {
    if (server_.open_sessions() >= server_.options_.max_clients) {
      server_.counters_.add(Event::too_many_clients);
      ending_ = true;
      return;
    }
    open_ = true;
    spdlog::info("{}: connected, {}", peer_, transport_->description());
    return;
  }
  server_.counters_.add(transport_->failure());
  spdlog::info("{}: handshake failed, {}", peer_, transport_->description());
  ending_ = true;
}

void ClientSession::read_socket() {
  if (closed_ || reading_ || peer_ended_ || received_at_ < received_end_) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(received_),
                          [self = shared_from_this()](const asio::error_code& error, std::size_t bytes) {
                            self->reading_ = false;
                            self->received_at_ = 0;
                            self->received_end_ = bytes;
                            if (error) {
                              self->peer_ended_ = true;
                              self->transport_->push_end();
                            }
                            self->pump();
                          });
}

void ClientSession::write_socket() {
  if (closed_ || writing_) return;
  const std::span<const std::uint8_t> outgoing = transport_->outgoing();
  if (outgoing.empty()) return;
  writing_ = true;
  writing_bytes_.assign(outgoing.begin(), outgoing.end());
  transport_->pop(outgoing.size());
  asio::async_write(socket_, asio::buffer(writing_bytes_),
                    [self = shared_from_this()](const asio::error_code& error, std::size_t /*bytes*/) {
                      self->writing_ = false;
                      if (self->closed_) return;
                      if (error) return self->close();
                      self->pump();
                    });
}

// Says goodbye, half closes, and waits a little for the peer's end: closing with unread input would make the
// kernel take back what the peer has not read yet.
void ClientSession::finish_when_flushed() {
  if (ending_since_us_ == 0) ending_since_us_ = steady_now_us();
  if (!said_goodbye_) {
    said_goodbye_ = true;
    if (open_) transport_->say_goodbye();
  }
  if (writing_ || !transport_->outgoing().empty()) return;
  if (peer_ended_) return close();
  asio::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void ClientSession::tick() {
  const std::uint64_t now = steady_now_us();
  if (ending_since_us_ != 0) {
    if (now - ending_since_us_ > linger_us) close();
    return;
  }
  if (!open_) {
    if (now - begun_us_ <= server_.options_.limits.hello_timeout_us) return;
    server_.counters_.add(Event::handshake_timeout);
    spdlog::info("{}: no handshake in time", peer_);
    return close();
  }
  connection_.tick();
  pump();
}

void ClientSession::drain() {
  if (!open_) return close();
  connection_.drain();
  pump();
}

void ClientSession::shut_down() {
  connection_.shut_down();
  pump();
}

void ClientSession::close() {
  if (closed_) return;
  closed_ = true;
  if (open_ && !connection_.closing()) connection_.peer_closed();
  asio::error_code ignored;
  socket_.close(ignored);
  clear(plain_);
  spdlog::info("{}: closed", peer_);
  server_.closed(shared_from_this());
}

const ServedModel* ClientSession::find_model(const std::uint8_t* identity) {
  return server_.find_model(identity);
}

Admission ClientSession::admit(const ServedModel& model, int split, int exit, std::uint32_t remaining_us) {
  place_ = server_.pool_->admit(*server_.find_model(model.identity()), split, exit, remaining_us);
  receiving_ = place_.admission.admitted;
  return place_.admission;
}

void ClientSession::start(Job job) {
  const std::uint32_t sequence = job.sequence;
  LoadedModel& model = *server_.find_model(job.model->identity());
  receiving_ = false;
  ticket_ = server_.pool_->submit(place_, model, std::move(job),
                                  [&io = server_.io_, weak = weak_from_this(), sequence](JobResult result) {
                                    asio::post(io, [weak, sequence, result = std::move(result)]() mutable {
                                      const std::shared_ptr<ClientSession> self = weak.lock();
                                      if (self == nullptr || self->closed_) return;
                                      self->connection_.finish(sequence, std::move(result));
                                      self->pump();
                                    });
                                  });
}

void ClientSession::forget(std::uint32_t /*sequence*/) {
  if (receiving_) {
    server_.pool_->give_up(place_);
  } else {
    server_.pool_->cancel(ticket_);
  }
  receiving_ = false;
}

std::uint16_t ClientSession::load_permille() const { return server_.pool_->load_permille(); }

}  // namespace coinfer::serve
