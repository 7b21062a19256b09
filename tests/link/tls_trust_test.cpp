// SPDX-License-Identifier: Apache-2.0
// Who is let in, who is not, and how the refusal is called.
#include <gtest/gtest.h>

#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

// A TLS 1.3 client of Mbed TLS 3.6 that gives up sends its alert in plain text, which the server must not
// believe.
constexpr auto client_gave_up = MBEDTLS_VERSION_MAJOR == 2 ? tools::tls::HandshakeFailure::rejected_by_peer
                                                           : tools::tls::HandshakeFailure::protocol_error;

using tools::tls::HandshakeFailure;
using tools::tls::ServerContext;

class CertificateTrust : public ::testing::Test {
 protected:
  CertificateTrust()
      : edge(pki.edge()), context(certificate_options(edge, pki.authority)), transport(context) {}

  Status connect(const DeviceCredentials& credentials) {
    CertificateClient client(transport.connector(), credentials.view());
    EXPECT_EQ(client.began, Status::ok);
    return connect_and_exchange(client.connector());
  }

  Pki pki;
  Identity edge;
  ServerContext context;
  MemoryTransport transport;
};

TEST_F(CertificateTrust, MutualAuthenticationGivesTheServerTheName) {
  const DeviceCredentials credentials(pki.authority, pki.device("device-1"), "edge.test");
  CertificateClient client(transport.connector(), credentials.view());
  ASSERT_EQ(client.began, Status::ok);
  ASSERT_EQ(connect_and_exchange(client.connector(), 100'000), Status::ok);
  EXPECT_EQ(transport.server->identity().name, "device-1");
  EXPECT_EQ(transport.server->identity().kind, tools::tls::Identity::Kind::certificate);
  EXPECT_FALSE(transport.server->resumed());
  const std::string expected = MBEDTLS_VERSION_MAJOR == 2 ? "TLSv1.2 TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256"
                                                          : "TLSv1.3 TLS1-3-AES-128-GCM-SHA256";
  EXPECT_EQ(transport.server->protocol(), expected);
}

TEST_F(CertificateTrust, AddressOfTheServerIsCheckedToo) {
  const DeviceCredentials credentials(pki.authority, pki.device(), "");
  const uint8_t right[4] = {127, 0, 0, 1};
  const uint8_t wrong[4] = {127, 0, 0, 2};
  for (const auto* address : {right, wrong}) {
    tls::CertificateCredentials view = credentials.view();
    view.server = {nullptr, address, 4};
    CertificateClient client(transport.connector(), view);
    ASSERT_EQ(client.began, Status::ok);
    EXPECT_EQ(connect_and_exchange(client.connector()), address == right ? Status::ok : Status::not_trusted);
  }
}

TEST_F(CertificateTrust, ServerWithAnotherNameIsRefused) {
  EXPECT_EQ(connect({pki.authority, pki.device(), "other.test"}), Status::not_trusted);
}

TEST_F(CertificateTrust, ServerOfAnotherAuthorityIsRefused) {
  Pki other("test authority");  // the same name, another key
  EXPECT_EQ(connect({other.authority, pki.device(), "edge.test"}), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), client_gave_up);
}

TEST_F(CertificateTrust, ExpiredServerIsRefused) {
  const Identity old_edge = pki.edge({"edge.test"}, -60);
  ServerContext old_context(certificate_options(old_edge, pki.authority));
  MemoryTransport old_transport(old_context);
  const DeviceCredentials credentials(pki.authority, pki.device(), "edge.test");
  CertificateClient client(old_transport.connector(), credentials.view());
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::not_trusted);
}

TEST_F(CertificateTrust, DeviceCertificateDoesNotMakeAServer) {
  const Identity device = pki.issue(Role::device, "edge", {"edge.test"}, -3600, day_s, &pki.authority);
  ServerContext false_context(certificate_options(device, pki.authority));
  MemoryTransport false_transport(false_context);
  const DeviceCredentials credentials(pki.authority, pki.device(), "edge.test");
  CertificateClient client(false_transport.connector(), credentials.view());
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::not_trusted);
}

TEST_F(CertificateTrust, DeviceOfAnotherAuthorityIsRefused) {
  Pki other("other authority");
  EXPECT_EQ(connect({pki.authority, other.device(), "edge.test"}), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::unknown_authority);
}

TEST_F(CertificateTrust, DeviceOfAnAuthorityWithTheSameNameIsRefused) {
  Pki other("test authority");
  EXPECT_EQ(connect({pki.authority, other.device(), "edge.test"}), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::unknown_authority);
}

TEST_F(CertificateTrust, ExpiredDeviceIsRefused) {
  EXPECT_EQ(connect({pki.authority, pki.device("device-1", -60), "edge.test"}), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::outside_validity);
}

TEST_F(CertificateTrust, EdgeCertificateDoesNotMakeADevice) {
  EXPECT_EQ(connect({pki.authority, pki.edge(), "edge.test"}), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::bad_certificate);
}

TEST_F(CertificateTrust, NameThatCouldDeceiveALogIsRefused) {
  EXPECT_EQ(connect({pki.authority, pki.device("device 1"), "edge.test"}), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::bad_certificate);
}

TEST_F(CertificateTrust, DeviceWithoutServerNameDoesNotStart) {
  const DeviceCredentials credentials(pki.authority, pki.device(), "edge.test");
  tls::CertificateCredentials view = credentials.view();
  view.server = {nullptr, nullptr, 0};
  const CertificateClient client(transport.connector(), view);
  EXPECT_EQ(client.began, Status::not_trusted);
}

// A client of Mbed TLS's own without a certificate: ours cannot be made so.
TEST_F(CertificateTrust, DeviceWithoutCertificateIsRefused) {
  class Anonymous : public tls::CertificateAuth {
   public:
    int apply(mbedtls_ssl_config* conf, const Credentials& credentials,
              int (*)(void*, unsigned char*, size_t), void*) {
      mbedtls_x509_crt_init(&authorities_);
      mbedtls_ssl_conf_ca_chain(conf, &authorities_, nullptr);
      mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_REQUIRED);
      name_ = credentials.server.dns;
      return mbedtls_x509_crt_parse_der_nocopy(&authorities_, credentials.authorities[0].bytes,
                                               credentials.authorities[0].size);
    }
    int bind(mbedtls_ssl_context* ssl) const { return mbedtls_ssl_set_hostname(ssl, name_); }
    void release() { mbedtls_x509_crt_free(&authorities_); }

   private:
    const char* name_ = nullptr;
    mbedtls_x509_crt authorities_ = {};
  };
  const DeviceCredentials credentials(pki.authority, pki.device(), "edge.test");
  TestClient<Anonymous> client(transport.connector(), credentials.view());
  ASSERT_EQ(client.began, Status::ok);
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::no_client_certificate);
}

TEST_F(CertificateTrust, NoCommonCipherSuite) {
  const DeviceCredentials credentials(pki.authority, pki.device(), "edge.test");
  constexpr int cbc_only[] = {0xC023, 0};  // ECDHE-ECDSA-AES128-CBC-SHA256
  CertificateClient client(transport.connector(), credentials.view(), cbc_only);
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::not_trusted);
  EXPECT_EQ(transport.server->failure(), HandshakeFailure::no_common_protocol);
}

TEST_F(CertificateTrust, PskDeviceIsRefusedByACertificateServer) {
  const Psk psk;
  PskClient client(transport.connector(), psk.view());
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::not_trusted);
  // TLS 1.3 has the same suites for both, so it is the client that notices.
  EXPECT_EQ(transport.server->failure(),
            MBEDTLS_VERSION_MAJOR == 2 ? HandshakeFailure::no_common_protocol : client_gave_up);
}

TEST_F(CertificateTrust, ServerWithoutWaysToProveDevicesDoesNotStart) {
  EXPECT_THROW(ServerContext({}), std::runtime_error);
  tools::tls::ServerOptions no_authority = certificate_options(edge, pki.authority);
  no_authority.client_authorities.clear();
  EXPECT_THROW(ServerContext{no_authority}, std::runtime_error);
  tools::tls::ServerOptions other_key = certificate_options(edge, pki.authority);
  other_key.key = pki.edge().key;
  EXPECT_THROW(ServerContext{other_key}, std::runtime_error);
}

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
