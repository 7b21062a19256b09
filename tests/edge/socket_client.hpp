// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <coinfer/link.hpp>
#include <coinfer/tls/certificate_auth.hpp>
#include <coinfer/tls/client.hpp>
#include <coinfer/tls/psk_auth.hpp>
#include <memory>
#include <optional>
#include <string>

#include "certs/issue.hpp"
#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "wire_client.hpp"

// Devices on real sockets, for tests: plain, with a certificate, with a pre-shared key. Every wait is
// bounded.
namespace socket_client {

using coinfer::Status;
using wire_client::Bytes;
namespace certs = coinfer::tools::certs;
namespace tls = coinfer::tls;
namespace wire = coinfer::wire;

constexpr std::chrono::seconds patience(20);

// An authority and what it signs, valid from an hour ago on.
class Authority {
 public:
  Authority() : identity_(certs::issue(request(certs::Role::authority, "test CA", 24), nullptr, random_)) {}

  certs::Identity edge() {
    certs::Request wanted = request(certs::Role::edge, "edge", 24);
    wanted.names = {"localhost", "127.0.0.1"};
    return certs::issue(wanted, &identity_, random_);
  }
  certs::Identity device(const std::string& name) {
    return certs::issue(request(certs::Role::device, name, 24), &identity_, random_);
  }
  certs::Identity expired_device() {
    certs::Request wanted = request(certs::Role::device, "old", 24);
    wanted.not_after = wanted.not_before + 60;
    return certs::issue(wanted, &identity_, random_);
  }
  const Bytes& certificate() const { return identity_.certificate; }

 private:
  static certs::Request request(certs::Role role, const std::string& name, int hours) {
    const std::time_t now = std::time(nullptr);
    return {role, name, {}, now - 3600, now + hours * 3600};
  }

  coinfer::tools::tls::Random random_;
  certs::Identity identity_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) {
    resolved_ = tcp_.resolve("127.0.0.1", std::to_string(port).c_str());
    connector_ = tcp_.connector();
  }
  virtual ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Status open() {
    if (resolved_ != Status::ok) return resolved_;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (true) {
      const Status status = connector_.open(connector_.context, 50'000);
      if (status != Status::pending || std::chrono::steady_clock::now() > end) return status;
    }
  }
  void close() { connector_.close(connector_.context); }

  // False when the link is down.
  bool send(const Bytes& bytes) {
    const auto end = std::chrono::steady_clock::now() + patience;
    std::size_t at = 0;
    while (at < bytes.size() && std::chrono::steady_clock::now() < end) {
      const coinfer::Transfer sent =
          connector_.link.send(connector_.link.context, bytes.data() + at, bytes.size() - at, 50'000);
      if (sent.status != Status::ok && sent.status != Status::pending) return false;
      at += sent.bytes;
    }
    return at == bytes.size();
  }

  // The next message of this type; nothing when the link ends or time is over before it comes.
  std::optional<wire_client::Received> wait_for(wire::MessageType type) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      if (auto found = inbox.take(type)) return found;
      if (!receive()) return inbox.take(type);
    }
    return std::nullopt;
  }
  bool wait_for_end() {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (receive()) {
      if (std::chrono::steady_clock::now() > end) return false;
    }
    return true;
  }

  bool greet(const coinfer::graph::Graph& graph) {
    return send(wire_client::frame(wire_client::hello(graph))) &&
           wait_for(wire::MessageType::welcome).has_value();
  }

  // The answer's bytes; empty when there is none.
  Bytes infer(const coinfer::graph::Graph& graph, std::uint32_t sequence, int split, int exit,
              const std::vector<Bytes>& feature) {
    Bytes request = wire_client::frame(wire_client::infer(graph, sequence, split, exit));
    for (const Bytes& chunk : wire_client::chunks(sequence, feature, 4000)) {
      request.insert(request.end(), chunk.begin(), chunk.end());
    }
    Bytes outputs;
    if (!send(request) || !wait_for(wire::MessageType::answer)) return outputs;
    while (const auto chunk = wait_for(wire::MessageType::chunk)) {
      outputs.insert(outputs.end(), chunk->payload.begin(), chunk->payload.end());
      if (chunk->message.chunk.end) break;
    }
    return outputs;
  }

  wire_client::Inbox inbox;

 protected:
  port::posix::TcpConnector tcp_;
  coinfer::Connector connector_{};

 private:
  bool receive() {
    std::uint8_t bytes[4096];
    const coinfer::Transfer got =
        connector_.link.receive(connector_.link.context, bytes, sizeof(bytes), 50'000);
    inbox.push(bytes, got.bytes);
    return got.status == Status::ok || got.status == Status::pending;
  }

  Status resolved_ = Status::link_down;
};

class CertificateClient : public Client {
 public:
  CertificateClient(std::uint16_t port, const Bytes& authority, const certs::Identity& identity)
      : Client(port), authority_(authority), identity_(identity) {
    const tls::CertificateCredentials credentials{
        &authority_der_,          1, &chain_der_, 1, {identity_.key.data(), identity_.key.size()},
        {"localhost", nullptr, 0}};
    begun_ = tls_.begin({tcp_.connector(), port::posix::monotonic_clock(), port::posix::kernel_entropy(),
                         credentials, nullptr});
    connector_ = tls_.connector();
  }
  ~CertificateClient() override { tls_.end(); }
  Status begun() const { return begun_; }

 private:
  Bytes authority_;
  certs::Identity identity_;
  tls::Der authority_der_{authority_.data(), authority_.size()};
  tls::Der chain_der_{identity_.certificate.data(), identity_.certificate.size()};
  tls::Client<tls::CertificateAuth> tls_{};
  Status begun_;
};

class PskClient : public Client {
 public:
  PskClient(std::uint16_t port, std::string identity, Bytes key)
      : Client(port), identity_(std::move(identity)), key_(std::move(key)) {
    const tls::PskCredentials credentials{reinterpret_cast<const std::uint8_t*>(identity_.data()),
                                          identity_.size(), key_.data(), key_.size()};
    begun_ = tls_.begin({tcp_.connector(), port::posix::monotonic_clock(), port::posix::kernel_entropy(),
                         credentials, nullptr});
    connector_ = tls_.connector();
  }
  ~PskClient() override { tls_.end(); }
  Status begun() const { return begun_; }

 private:
  std::string identity_;
  Bytes key_;
  tls::Client<tls::PskAuth> tls_{};
  Status begun_;
};

}  // namespace socket_client
