// SPDX-License-Identifier: Apache-2.0
// A resumed session is as well authenticated as the one it came from, and ends when its rights end.
#include <gtest/gtest.h>

#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

using tools::tls::ServerContext;
using tools::tls::TicketKeys;

constexpr uint32_t lifetime_s = 1000;

class Resumption : public ::testing::Test {
 protected:
  Resumption()
      : edge(pki.edge()),
        keys(std::make_shared<TicketKeys>(lifetime_s, [this] { return server_time_s; })),
        context(server_options()),
        transport(context),
        credentials(pki.authority, pki.device("device-1"), "edge.test"),
        client(transport.connector(), credentials.view()) {}

  tools::tls::ServerOptions server_options() {
    tools::tls::ServerOptions options = certificate_options(edge, pki.authority);
    options.tickets = keys;
    return options;
  }

  // One connection from open to close. True when it was resumed; both ends must agree on that.
  bool connect_again() {
    const Connector connector = client.connector();
    EXPECT_EQ(connect_and_exchange(connector), Status::ok);
    EXPECT_EQ(transport.server->identity().name, "device-1");
    EXPECT_EQ(transport.server->resumed(), client.client.resumed());
    const bool resumed = client.client.resumed();
    connector.close(connector.context);
    return resumed;
  }

  Pki pki;
  Identity edge;
  uint64_t server_time_s = 1'000'000;
  std::shared_ptr<TicketKeys> keys;
  ServerContext context;
  MemoryTransport transport;
  DeviceCredentials credentials;
  CertificateClient client;
};

TEST_F(Resumption, KeepsIdentityAndTimeOfTheFullHandshake) {
  ASSERT_FALSE(connect_again());
  const size_t full_bytes = transport.up_bytes + transport.down_bytes;
  server_time_s += 10;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(connect_again());
    EXPECT_EQ(transport.server->identity().authenticated_at_s, 1'000'000U);
    EXPECT_EQ(transport.server->identity().kind, tools::tls::Identity::Kind::certificate);
    EXPECT_LT(transport.up_bytes + transport.down_bytes, full_bytes);
  }
}

TEST_F(Resumption, TicketDoesNotCarryTheCertificate) {
  ASSERT_FALSE(connect_again());
  ASSERT_TRUE(connect_again());
  EXPECT_LT(transport.up_bytes, 900U);  // with the 480 bytes of the certificate it is far more
}

TEST_F(Resumption, EndsWithTheLifetimeOfTheProof) {
  ASSERT_FALSE(connect_again());
  server_time_s += lifetime_s;
  EXPECT_TRUE(connect_again());
  server_time_s += 1;
  EXPECT_FALSE(connect_again());
  EXPECT_TRUE(connect_again());
}

TEST_F(Resumption, EndsWithThePolicy) {
  ASSERT_FALSE(connect_again());
  context.set_policy_generation(1);
  EXPECT_FALSE(connect_again());
  EXPECT_TRUE(connect_again());
}

TEST_F(Resumption, WorksAtEveryServerWithTheSameKeys) {
  ASSERT_FALSE(connect_again());
  ServerContext second(server_options());
  transport.move_to(second);
  EXPECT_TRUE(connect_again());
  tools::tls::ServerOptions other_keys = server_options();
  other_keys.tickets = std::make_shared<TicketKeys>(lifetime_s, [this] { return server_time_s; });
  ServerContext third(other_keys);
  transport.move_to(third);
  EXPECT_FALSE(connect_again());
}

TEST_F(Resumption, ForgottenSessionIsAFullHandshake) {
  ASSERT_FALSE(connect_again());
  client.client.forget_session();
  EXPECT_FALSE(connect_again());
}

TEST_F(Resumption, ServerWithoutTicketsNeverResumes) {
  ServerContext plain(certificate_options(edge, pki.authority));
  MemoryTransport other(plain);
  CertificateClient fresh(other.connector(), credentials.view());
  const Connector connector = fresh.connector();
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(connect_and_exchange(connector), Status::ok);
    EXPECT_FALSE(other.server->resumed());
    EXPECT_FALSE(fresh.client.resumed());
    connector.close(connector.context);
  }
}

TEST(PskResumption, KeepsTheIdentityThatMbedTlsForgets) {
  constexpr int without_ecdhe[] = {tls::suite::psk_aes_128_gcm_sha256, 0};
  for (const int* suites : {&tls::suite::psk_suites[0], &without_ecdhe[0]}) {
    const Psk psk;
    tools::tls::ServerOptions options = psk_options(psk);
    options.tickets = std::make_shared<TicketKeys>();
    ServerContext context(std::move(options));
    MemoryTransport transport(context);
    PskClient client(transport.connector(), psk.view(), suites);
    const Connector connector = client.connector();
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(connect_and_exchange(connector), Status::ok);
      EXPECT_EQ(transport.server->resumed(), i > 0);
      EXPECT_EQ(transport.server->identity().name, "device-7");
      EXPECT_EQ(transport.server->identity().kind, tools::tls::Identity::Kind::psk);
      connector.close(connector.context);
    }
  }
}

TEST(PskResumption, TicketFromAKeyIsWorthlessWhereOnlyCertificatesCount) {
  Pki pki;
  const Psk psk;
  const auto keys = std::make_shared<TicketKeys>();
  tools::tls::ServerOptions with_psk = psk_options(psk);
  with_psk.tickets = keys;
  tools::tls::ServerOptions with_certificates = certificate_options(pki.edge(), pki.authority);
  with_certificates.tickets = keys;
  ServerContext psk_server(std::move(with_psk));
  ServerContext certificate_server(std::move(with_certificates));
  MemoryTransport transport(psk_server);
  PskClient client(transport.connector(), psk.view());
  const Connector connector = client.connector();
  ASSERT_EQ(connect_and_exchange(connector), Status::ok);
  connector.close(connector.context);
  transport.move_to(certificate_server);
  EXPECT_EQ(connect_and_exchange(connector), Status::not_trusted);
  EXPECT_FALSE(transport.server->resumed());
  transport.move_to(psk_server);
  EXPECT_EQ(connect_and_exchange(connector), Status::ok);
}

TEST(TicketKeysTest, EveryDamagedBitIsNoticed) {
  TicketKeys keys;
  tools::tls::TicketContent content;
  content.identity = {tools::tls::Identity::Kind::certificate, "device-1", keys.now_s()};
  content.session.assign(40, 9);
  std::vector<uint8_t> ticket(200);
  ticket.resize(keys.seal(content, ticket).value());
  for (size_t bit = 0; bit < 8 * ticket.size(); ++bit) {
    std::vector<uint8_t> damaged = ticket;
    damaged[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(keys.open(damaged).has_value()) << bit;
  }
  for (size_t size = 0; size < ticket.size(); ++size)
    EXPECT_FALSE(keys.open({ticket.data(), size}).has_value());
  TicketKeys foreign;
  EXPECT_FALSE(foreign.open(ticket).has_value());
}

TEST(TicketKeysTest, KeyOpensOneLifetimeLongerThanItSeals) {
  uint64_t now_s = 5000;
  TicketKeys keys(100, [&now_s] { return now_s; });
  const auto seal = [&] {
    std::vector<uint8_t> ticket(200);
    ticket.resize(keys.seal({{tools::tls::Identity::Kind::psk, "d", now_s}, 0, {}}, ticket).value());
    return ticket;
  };
  const auto first = seal();
  now_s += 99;
  const auto late = seal();  // the same key
  EXPECT_TRUE(std::equal(first.begin(), first.begin() + 8, late.begin()));
  now_s += 90;
  const auto second = seal();
  EXPECT_FALSE(std::equal(first.begin(), first.begin() + 8, second.begin()));
  EXPECT_TRUE(keys.open(late).has_value());
  EXPECT_FALSE(keys.open(first).has_value());  // its proof is older than a lifetime
  now_s += 200;
  EXPECT_FALSE(keys.open(late).has_value());
}

}  // namespace
}  // namespace coinfer::tests
