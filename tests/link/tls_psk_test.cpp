// SPDX-License-Identifier: Apache-2.0
// Devices with pre-shared keys: who is let in, who is not, and how the refusal is called.
#include <gtest/gtest.h>

#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

using tools::tls::HandshakeFailure;
using tools::tls::ServerContext;

class PskTrust : public ::testing::Test {
 protected:
  PskTrust() : context(psk_options(psk)), transport(context) {}

  Status connect(const Psk& with, const int* suites = nullptr) {
    PskClient client(transport.connector(), with.view(), suites);
    EXPECT_EQ(client.began, Status::ok);
    return connect_and_exchange(client.connector());
  }

  Psk psk;
  ServerContext context;
  MemoryTransport transport;
};

TEST_F(PskTrust, RightKey) {
  ASSERT_EQ(connect(psk), Status::ok);
  EXPECT_EQ(transport.server->identity().name, "device-7");
  EXPECT_EQ(transport.server->identity().kind, tools::tls::Identity::Kind::psk);
  const std::string expected = MBEDTLS_VERSION_MAJOR == 2
                                   ? "TLSv1.2 TLS-ECDHE-PSK-WITH-CHACHA20-POLY1305-SHA256"
                                   : "TLSv1.3 TLS1-3-AES-128-GCM-SHA256";
  EXPECT_EQ(transport.server->protocol(), expected);
}

TEST_F(PskTrust, EverySuiteOfTls12Works) {
  for (const int suite : {tls::suite::ecdhe_psk_chacha20_poly1305_sha256, tls::suite::psk_aes_128_gcm_sha256,
                          tls::suite::psk_chacha20_poly1305_sha256, tls::suite::psk_aes_128_ccm}) {
    const int only[] = {suite, 0};
    EXPECT_EQ(connect(psk, only), Status::ok) << std::hex << suite;
  }
}

TEST_F(PskTrust, WrongKey) {
  Psk wrong = psk;
  wrong.key.back() ^= 1;
  EXPECT_EQ(connect(wrong), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::wrong_psk);
  constexpr int without_ecdhe[] = {tls::suite::psk_aes_128_gcm_sha256, 0};
  EXPECT_EQ(connect(wrong, without_ecdhe), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::wrong_psk);
}

TEST_F(PskTrust, UnknownIdentity) {
  Psk unknown = psk;
  unknown.identity = "device-8";
  EXPECT_EQ(connect(unknown), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::unknown_psk_identity);
}

TEST_F(PskTrust, ServerGoesOnAfterRefusals) {
  Psk wrong = psk;
  wrong.key.back() ^= 1;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(connect(wrong), Status::not_trusted);
    EXPECT_EQ(connect(psk), Status::ok);
  }
}

TEST_F(PskTrust, ServerWithBothTakesBothAndTellsThemApart) {
  Pki pki;
  tools::tls::ServerOptions options = certificate_options(pki.edge(), pki.authority);
  options.psk = psk_options(psk).psk;
  ServerContext both(std::move(options));
  MemoryTransport either(both);
  PskClient by_key(either.connector(), psk.view());
  ASSERT_EQ(connect_and_exchange(by_key.connector()), Status::ok);
  EXPECT_EQ(either.server->identity().kind, tools::tls::Identity::Kind::psk);
  const DeviceCredentials credentials(pki.authority, pki.device("device-7"), "edge.test");
  CertificateClient by_certificate(either.connector(), credentials.view());
  ASSERT_EQ(connect_and_exchange(by_certificate.connector()), Status::ok);
  EXPECT_EQ(either.server->identity().kind, tools::tls::Identity::Kind::certificate);
}

}  // namespace
}  // namespace coinfer::tests
