// SPDX-License-Identifier: Apache-2.0
// The whole link as it is used: TLS over TCP on 127.0.0.1, the server in a thread.
#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "loopback.hpp"
#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

constexpr uint32_t second_us = 1'000'000;

// Echoes one connection until it ends or is silent for ten seconds.
void serve_one(int socket, tools::tls::ServerContext& context) {
  tools::tls::ServerSession session(context);
  std::vector<uint8_t> buffer(20'000);
  bool open = true;
  while (open) {
    const auto out = session.outgoing();
    pollfd entry = {socket, static_cast<short>(out.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    if (::poll(&entry, 1, 10'000) <= 0) break;
    if ((entry.revents & POLLOUT) != 0) {
      const ssize_t sent = ::send(socket, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) session.pop(static_cast<size_t>(sent));
    }
    if ((entry.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    if (session.push({buffer.data(), static_cast<size_t>(got)}) != static_cast<size_t>(got)) break;
    if (session.handshake() == Status::pending) continue;
    for (;;) {
      const Transfer in = session.read(buffer);
      open = in.status == Status::ok || in.status == Status::pending;
      if (in.status != Status::ok) break;
      size_t written = 0;
      while (written < in.bytes)
        written += session.write({buffer.data() + written, in.bytes - written}).bytes;
    }
  }
  ::close(socket);
}

TEST(TlsOverTcp, LargeExchangeAndResumption) {
  Pki pki;
  tools::tls::ServerOptions options = certificate_options(pki.edge(), pki.authority);
  options.tickets = std::make_shared<tools::tls::TicketKeys>();
  tools::tls::ServerContext context(std::move(options));
  Listener listener;
  std::thread server([&] {
    for (int i = 0; i < 2; ++i) serve_one(listener.accept(), context);
  });

  port::posix::TcpConnector tcp;
  ASSERT_EQ(tcp.resolve("127.0.0.1", listener.port()), Status::ok);
  const DeviceCredentials credentials(pki.authority, pki.device(), "edge.test");
  tls::Client<tls::CertificateAuth> client;
  ASSERT_EQ(client.begin({tcp.connector(), port::posix::monotonic_clock(), port::posix::kernel_entropy(),
                          credentials.view(), nullptr}),
            Status::ok);
  const Connector connector = client.connector();
  const Link& link = connector.link;
  std::vector<uint8_t> block(8'000);
  for (int connection = 0; connection < 2; ++connection) {
    EXPECT_EQ(open_until_done(connector, second_us), Status::ok);
    EXPECT_EQ(client.resumed(), connection == 1);
    for (uint8_t round = 0; round < 100; ++round) {
      std::fill(block.begin(), block.end(), round);
      for (size_t sent = 0; sent < block.size();) {
        const Transfer up = link.send(link.context, block.data() + sent, block.size() - sent, second_us);
        ASSERT_EQ(up.status, Status::ok);
        sent += up.bytes;
      }
      std::vector<uint8_t> in(block.size());
      for (size_t got = 0; got < in.size();) {
        const Transfer down = link.receive(link.context, in.data() + got, in.size() - got, 10 * second_us);
        ASSERT_EQ(down.status, Status::ok);
        got += down.bytes;
      }
      ASSERT_EQ(in, block);
    }
    connector.close(connector.context);
  }
  server.join();
  client.end();
}

}  // namespace
}  // namespace coinfer::tests
