// SPDX-License-Identifier: Apache-2.0
#include "posix/tcp.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace port::posix {

using coinfer::Status;
using coinfer::Transfer;

namespace {

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

TcpConnector::~TcpConnector() {
  close();
  if (addresses_ != nullptr) freeaddrinfo(addresses_);
}

Status TcpConnector::resolve(const char* host, const char* port) {
  close();
  if (addresses_ != nullptr) freeaddrinfo(addresses_);
  addresses_ = nullptr;
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  const int error = getaddrinfo(host, port, &hints, &addresses_);
  if (error != 0) addresses_ = nullptr;
  next_ = addresses_;
  return error == 0 ? Status::ok : Status::link_down;
}

coinfer::Connector TcpConnector::connector() {
  return {this,
          [](void* self, uint32_t timeout_us) { return static_cast<TcpConnector*>(self)->open(timeout_us); },
          [](void* self) { static_cast<TcpConnector*>(self)->close(); },
          {this,
           [](void* self, const uint8_t* bytes, size_t count, uint32_t timeout_us) {
             return static_cast<TcpConnector*>(self)->send(bytes, count, timeout_us);
           },
           [](void* self, uint8_t* bytes, size_t count, uint32_t timeout_us) {
             return static_cast<TcpConnector*>(self)->receive(bytes, count, timeout_us);
           }}};
}

Status TcpConnector::open(uint32_t timeout_us) {
  if (connected_) return Status::ok;
  if (socket_ < 0) {
    const Status started = start();
    if (started != Status::pending) return started;
  }
  return finish(timeout_us);
}

Status TcpConnector::start() {
  if (addresses_ == nullptr) return Status::link_down;
  const addrinfo& address = *next_;
  next_ = next_->ai_next != nullptr ? next_->ai_next : addresses_;
  socket_ = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (socket_ < 0) return Status::link_down;
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int result = ::connect(socket_, address.ai_addr, address.ai_addrlen);
  return result == 0 || errno == EINPROGRESS || errno == EINTR ? Status::pending : give_up();
}

Status TcpConnector::finish(uint32_t timeout_us) {
  if (!wait(POLLOUT, timeout_us)) return Status::pending;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return give_up();
  connected_ = true;
  return Status::ok;
}

Status TcpConnector::give_up() {
  close();
  return Status::link_down;
}

void TcpConnector::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  connected_ = false;
}

Transfer TcpConnector::send(const uint8_t* bytes, size_t count, uint32_t timeout_us) {
  if (!connected_) return {Status::link_down, 0};
  for (bool waited = false;; waited = true) {
    const ssize_t sent = ::send(socket_, bytes, count, MSG_NOSIGNAL);
    if (sent > 0) return {Status::ok, static_cast<size_t>(sent)};
    if (sent < 0 && errno == EINTR) continue;
    if (sent == 0 || !would_block(errno)) return {give_up(), 0};
    if (waited || !wait(POLLOUT, timeout_us)) return {Status::pending, 0};
  }
}

Transfer TcpConnector::receive(uint8_t* bytes, size_t count, uint32_t timeout_us) {
  if (!connected_) return {Status::link_down, 0};
  for (bool waited = false;; waited = true) {
    const ssize_t got = ::recv(socket_, bytes, count, 0);
    if (got > 0) return {Status::ok, static_cast<size_t>(got)};
    if (got < 0 && errno == EINTR) continue;
    if (got == 0 || !would_block(errno)) return {give_up(), 0};
    if (waited || !wait(POLLIN, timeout_us)) return {Status::pending, 0};
  }
}

// True when the socket is ready or broken. A signal may end the wait early, which is as if nothing had come.
bool TcpConnector::wait(short events, uint32_t timeout_us) const {
  pollfd entry = {socket_, events, 0};
  const timespec timeout = {static_cast<time_t>(timeout_us / 1'000'000),
                            static_cast<long>(timeout_us % 1'000'000) * 1000};
  return ::ppoll(&entry, 1, &timeout, nullptr) > 0;
}

}  // namespace port::posix
