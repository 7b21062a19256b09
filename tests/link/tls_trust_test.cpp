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

// Whatever its own library can do, a server must understand a device that also offers TLS 1.3.
TEST_F(CertificateTrust, ClientHelloOfMbedTls36) {
  constexpr uint8_t hello[] = {
      0x16, 0x03, 0x03, 0x00, 0xe0, 0x01, 0x00, 0x00, 0xdc, 0x03, 0x03, 0x03, 0xd7, 0xb7, 0x4c, 0x8b, 0xcc,
      0x33, 0xf6, 0x6f, 0x34, 0xa9, 0xa8, 0x4b, 0xa8, 0xbc, 0xc2, 0x3a, 0xb8, 0xac, 0x55, 0xed, 0xe2, 0x06,
      0x6f, 0x3e, 0x0f, 0x18, 0xc8, 0x23, 0x49, 0x0a, 0xc7, 0x20, 0x73, 0x29, 0xcf, 0x8f, 0x4f, 0x38, 0x69,
      0x68, 0x18, 0xae, 0xbe, 0x8e, 0xfb, 0xdd, 0xbf, 0xbf, 0xf5, 0x7d, 0x3f, 0x51, 0x2b, 0xe7, 0x6b, 0x4c,
      0x52, 0x39, 0x49, 0xb6, 0x51, 0xc2, 0x36, 0xe1, 0x00, 0x10, 0x13, 0x01, 0x13, 0x03, 0x13, 0x02, 0xc0,
      0x2b, 0xcc, 0xa9, 0xc0, 0x2c, 0xc0, 0xac, 0x00, 0xff, 0x01, 0x00, 0x00, 0x83, 0x00, 0x2b, 0x00, 0x05,
      0x04, 0x03, 0x04, 0x03, 0x03, 0x00, 0x33, 0x00, 0x26, 0x00, 0x24, 0x00, 0x1d, 0x00, 0x20, 0x91, 0xfe,
      0x78, 0x59, 0x5e, 0xdc, 0xab, 0x3b, 0xb1, 0x64, 0xae, 0x85, 0x82, 0xc7, 0xbf, 0x87, 0x55, 0x1d, 0xff,
      0x39, 0xfb, 0x4e, 0xd4, 0x97, 0x14, 0x79, 0x09, 0xb7, 0xda, 0x55, 0x0b, 0x38, 0x00, 0x2d, 0x00, 0x02,
      0x01, 0x01, 0x00, 0x0a, 0x00, 0x1c, 0x00, 0x1a, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18, 0x00, 0x1e, 0x00,
      0x19, 0x00, 0x1a, 0x00, 0x1b, 0x00, 0x1c, 0x01, 0x00, 0x01, 0x01, 0x01, 0x02, 0x01, 0x03, 0x01, 0x04,
      0x00, 0x0d, 0x00, 0x14, 0x00, 0x12, 0x04, 0x03, 0x05, 0x03, 0x06, 0x03, 0x08, 0x06, 0x08, 0x05, 0x08,
      0x04, 0x06, 0x01, 0x05, 0x01, 0x04, 0x01, 0x00, 0x0b, 0x00, 0x02, 0x01, 0x00, 0x00, 0x16, 0x00, 0x00,
      0x00, 0x17, 0x00, 0x00, 0x00, 0x23, 0x00, 0x00};
  tools::tls::ServerSession session(context);
  ASSERT_EQ(session.push(hello), sizeof hello);
  EXPECT_EQ(session.handshake(), Status::pending);
  EXPECT_EQ(session.failure(), HandshakeFailure::none);
  EXPECT_GT(session.outgoing().size(), 100U);  // hello, certificate, ...
}

}  // namespace
}  // namespace coinfer::tests
