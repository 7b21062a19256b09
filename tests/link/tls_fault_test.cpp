// SPDX-License-Identifier: Apache-2.0
// Transports that are slow, lie or die: the answer is right or an honest Status, and always comes.
#include <gtest/gtest.h>

#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

using tools::tls::HandshakeFailure;
using tools::tls::ServerContext;

constexpr size_t exchanged_bytes = 300;

bool is_honest_failure(Status status) {
  return status == Status::link_down || status == Status::bad_message || status == Status::not_trusted;
}

// Pre-shared keys without a key exchange make handshakes cheap, so that every byte can be tried; certificates
// get the same in coarse steps.
constexpr int cheap_suites[] = {tls::suite::psk_aes_128_gcm_sha256, 0};

class TlsFault : public ::testing::TestWithParam<bool> {
 protected:
  TlsFault()
      : certificate_server(certificate_options(pki.edge(), pki.authority)), psk_server(psk_options(psk)) {}

  ServerContext& server() { return GetParam() ? certificate_server : psk_server; }

  Status run(MemoryTransport& transport) {
    const auto finish = [&](const Connector& connector) {
      const Status status = connect_and_exchange(connector, exchanged_bytes);
      run_bytes = {transport.up_bytes, transport.down_bytes};
      return status;
    };
    if (!GetParam()) {
      PskClient client(transport.connector(), psk.view(), cheap_suites);
      return finish(client.connector());
    }
    CertificateClient client(transport.connector(), credentials.view());
    return finish(client.connector());
  }

  // Bytes of one whole run, up and down, without the goodbye. With certificates a little less: the length of
  // ECDSA signatures differs between runs.
  std::pair<size_t, size_t> sizes() {
    MemoryTransport transport(server());
    EXPECT_EQ(run(transport), Status::ok);
    const size_t varying_bytes = GetParam() ? 24 : 0;
    return {run_bytes.first - varying_bytes, run_bytes.second - varying_bytes};
  }

  size_t step() const { return GetParam() ? 29 : 1; }

  Pki pki;
  Psk psk;
  ServerContext certificate_server;
  ServerContext psk_server;
  DeviceCredentials credentials{pki.authority, pki.device(), "edge.test"};
  std::pair<size_t, size_t> run_bytes;
};
INSTANTIATE_TEST_SUITE_P(CertificateOrPsk, TlsFault, ::testing::Bool());

TEST_P(TlsFault, OneByteAtATime) {
  MemoryTransport transport(server());
  transport.bytes_per_transfer = 1;
  EXPECT_EQ(run(transport), Status::ok);
}

TEST_P(TlsFault, TransportThatOftenTakesNothing) {
  MemoryTransport transport(server());
  transport.bytes_per_transfer = 7;
  transport.pending_between = 3;
  EXPECT_EQ(run(transport), Status::ok);
}

TEST_P(TlsFault, DiesAtEveryByte) {
  const auto [up, down] = sizes();
  for (size_t at = 0; at < down; at += step()) {
    MemoryTransport transport(server());
    transport.cut_down_at = at;
    EXPECT_TRUE(is_honest_failure(run(transport))) << "down " << at;
  }
  for (size_t at = 0; at < up; at += step()) {
    MemoryTransport transport(server());
    transport.cut_up_at = at;
    EXPECT_TRUE(is_honest_failure(run(transport))) << "up " << at;
    // The server must not take a cut stream for an ended one with a proof.
    if (transport.server->failure() != HandshakeFailure::none) {
      EXPECT_EQ(transport.server->failure(), HandshakeFailure::closed);
    }
  }
}

// A flipped bit may hit what no one looks at (the session id, a padding); a run that then succeeds must have
// exchanged the right bytes, which exchange() checks.
TEST_P(TlsFault, BitFlippedAtEveryByte) {
  const auto [up, down] = sizes();
  size_t failed = 0;
  size_t tried = 0;
  const auto check = [&](MemoryTransport& transport, const char* direction, size_t at) {
    const Status status = run(transport);
    // A damaged length makes the receiver wait for bytes that never come: the caller's deadline ends that.
    EXPECT_TRUE(status == Status::ok || status == Status::timed_out || is_honest_failure(status))
        << direction << at;
    ++tried;
    if (status != Status::ok) ++failed;
  };
  for (size_t at = 0; at < down; at += step()) {
    MemoryTransport transport(server());
    transport.flip_down_at = at;
    check(transport, "down ", at);
  }
  for (size_t at = 0; at < up; at += step()) {
    MemoryTransport transport(server());
    transport.flip_up_at = at;
    check(transport, "up ", at);
  }
  EXPECT_GT(failed, tried * 8 / 10);
}

TEST_P(TlsFault, GarbageAfterTheHandshake) {
  const std::vector<uint8_t> garbage(64, 0xa7);
  MemoryTransport up(server());
  const auto check = [&](const Connector& connector) {
    ASSERT_EQ(connect_and_exchange(connector), Status::ok);
    up.inject_up(garbage);
    EXPECT_EQ(up.server_status, Status::bad_message);
    EXPECT_NE(exchange(connector, 10), Status::ok);
    connector.close(connector.context);
    ASSERT_EQ(connect_and_exchange(connector), Status::ok);  // the server serves on
    up.inject_down(garbage);
    EXPECT_EQ(exchange(connector, 10), Status::bad_message);
    EXPECT_EQ(connector.link.receive(connector.link.context, nullptr, 1, 0).status, Status::link_down);
    ASSERT_EQ(connect_and_exchange(connector), Status::ok);  // open() starts anew
  };
  if (GetParam()) {
    CertificateClient client(up.connector(), credentials.view());
    check(client.connector());
  } else {
    PskClient client(up.connector(), psk.view());
    check(client.connector());
  }
}

TEST_P(TlsFault, GarbageInsteadOfAHandshake) {
  for (const size_t size : {1U, 5U, 6U, 64U, 40'000U}) {
    tools::tls::ServerSession session(server());
    const std::vector<uint8_t> garbage(size, 0x16);
    (void)session.push(garbage);
    const Status status = session.handshake();
    EXPECT_NE(status, Status::ok);
    session.push_end();
    EXPECT_NE(session.handshake(), Status::pending);
    EXPECT_NE(session.failure(), HandshakeFailure::none);
  }
}

class PskClientFault : public ::testing::Test {
 protected:
  Psk psk;
  ServerContext server{psk_options(psk)};
  MemoryTransport transport{server};
};

TEST_F(PskClientFault, SilentServerNeverHoldsTheCaller) {
  transport.silent = true;
  PskClient client(transport.connector(), psk.view());
  const Connector connector = client.connector();
  for (const uint32_t timeout_us : {0U, 1000U, 50'000U}) {
    const uint64_t before_us = client.clock.now_us;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(connector.open(connector.context, timeout_us), Status::pending);
    EXPECT_LT(client.clock.now_us - before_us, 10 * (timeout_us + 1000ULL));
  }
  connector.close(connector.context);
  transport.silent = false;
  EXPECT_EQ(connect_and_exchange(connector), Status::ok);
}

TEST_F(PskClientFault, OneCallWithoutTimeOpensStepByStep) {
  PskClient client(transport.connector(), psk.view());
  const Connector connector = client.connector();
  int calls = 1;
  while (connector.open(connector.context, 0) == Status::pending) ASSERT_LT(++calls, 100);
  EXPECT_GT(calls, 5);
}

TEST_F(PskClientFault, ReceiveWaitsAsLongAsAsked) {
  PskClient client(transport.connector(), psk.view());
  const Connector connector = client.connector();
  ASSERT_EQ(connect_and_exchange(connector), Status::ok);
  uint8_t byte = 0;
  const uint64_t before_us = client.clock.now_us;
  EXPECT_EQ(connector.link.receive(connector.link.context, &byte, 1, 20'000).status, Status::pending);
  EXPECT_GE(client.clock.now_us - before_us, 20'000U);
  EXPECT_LT(client.clock.now_us - before_us, 25'000U);
}

TEST_F(PskClientFault, ClosedLinkSaysSo) {
  PskClient client(transport.connector(), psk.view());
  const Connector connector = client.connector();
  uint8_t byte = 0;
  EXPECT_EQ(connector.link.send(connector.link.context, &byte, 1, 0).status, Status::link_down);
  ASSERT_EQ(connect_and_exchange(connector), Status::ok);
  transport.server->close_notify();
  EXPECT_EQ(connector.link.receive(connector.link.context, &byte, 1, 0).status, Status::link_down);
  connector.close(connector.context);
  connector.close(connector.context);
  transport.refuse_open = true;
  EXPECT_EQ(connector.open(connector.context, 0), Status::link_down);
}

TEST_F(PskClientFault, NothingStartsWithoutEntropy) {
  tls::Client<tls::PskAuth> client;
  FakeClock clock;
  const Entropy none = {nullptr, [](void*, uint8_t*, size_t) { return Status::no_entropy; }};
  EXPECT_EQ(client.begin({transport.connector(), clock.clock(), none, psk.view(), nullptr}),
            Status::no_entropy);
  client.end();
}

TEST_F(PskClientFault, ServerBoundsWhatItHolds) {
  PskClient client(transport.connector(), psk.view());
  ASSERT_EQ(connect_and_exchange(client.connector()), Status::ok);
  const std::vector<uint8_t> block(10'000, 1);
  size_t written = 0;
  for (int i = 0; i < 100; ++i) written += transport.server->write(block).bytes;
  EXPECT_LT(written, 100'000U);
  EXPECT_LT(transport.server->outgoing().size(), 100'000U);
  tools::tls::ServerSession fresh(server);
  size_t taken = 0;
  for (int i = 0; i < 100; ++i) taken += fresh.push(block);
  EXPECT_LE(taken, 32'768U);
}

}  // namespace
}  // namespace coinfer::tests
