// SPDX-License-Identifier: Apache-2.0
// A record that the transport took in part, and that Mbed TLS finishes by itself because of what the server
// said meanwhile: the server gets the caller's bytes, each of them once, and nothing else.
#include <gtest/gtest.h>

#include <functional>

#include "asking_server.hpp"
#include "scripted_sends.hpp"
#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr std::ptrdiff_t first_bytes = 150;
constexpr std::ptrdiff_t all_bytes = 220;

// One send whose record the transport takes up to byte `at`. The memory lent for it is gone afterwards.
void send_in_part(const Link& link, ScriptedSends& sends, const Bytes& bytes, size_t at) {
  sends.takes = {at, 0};
  if (at == 0) sends.takes = {0};
  auto lent = std::make_unique<Bytes>(bytes);
  const Transfer sent = link.send(link.context, lent->data(), lent->size(), 0);
  ASSERT_EQ(sent.status, Status::ok);
  ASSERT_EQ(sent.bytes, bytes.size());
  std::fill(lent->begin(), lent->end(), uint8_t{0xEE});
}

// The server speaks after the transport took `at` bytes of a first record; the client receives without
// waiting, then sends a second one. `hear`, given what was received, is what the server has read after that.
void expect_each_byte_once(const Link& link, ScriptedSends& sends, size_t at,
                           const std::function<void()>& server_speaks,
                           const std::function<Bytes(Bytes)>& hear) {
  Bytes all(all_bytes);
  std::iota(all.begin(), all.end(), uint8_t{1});
  const Bytes first(all.begin(), all.begin() + first_bytes);
  const Bytes second(all.begin() + first_bytes, all.end());
  ASSERT_NO_FATAL_FAILURE(send_in_part(link, sends, first, at));
  server_speaks();
  sends.takes = {0};  // not in the client's own attempt, only in that of Mbed TLS
  uint8_t buffer[64];
  const Transfer got = link.receive(link.context, buffer, sizeof buffer, 0);
  ASSERT_TRUE(got.status == Status::pending || got.status == Status::ok) << to_string(got.status);
  size_t taken = 0;
  for (int call = 0; call < call_limit && taken < second.size(); ++call) {
    auto lent = std::make_unique<Bytes>(second.begin() + static_cast<std::ptrdiff_t>(taken), second.end());
    const Transfer sent = link.send(link.context, lent->data(), lent->size(), 0);
    ASSERT_TRUE(sent.status == Status::pending || sent.status == Status::ok) << to_string(sent.status);
    taken += sent.bytes;
  }
  EXPECT_EQ(hear(Bytes(buffer, buffer + got.bytes)), all);
}

constexpr size_t record_bytes = first_bytes + 5 + 8 + 16;  // header, explicit nonce and tag of AES-GCM
constexpr int plain_psk[] = {tls::suite::psk_aes_128_gcm_sha256, 0};

#if defined(MBEDTLS_SSL_RENEGOTIATION)

TEST(TlsUnsentRecord, FinishedWhileTheServerAsksForRenegotiation) {
  const Psk psk;
  for (size_t at = 0; at < record_bytes; ++at) {
    SCOPED_TRACE(at);
    AskingServer server(psk);
    ASSERT_EQ(server.error(), 0);
    ScriptedSends sends(server.connector());
    PskClient client(sends.connector(), psk.view(), plain_psk);
    const Connector connector = client.connector();
    ASSERT_EQ(open_until_done(connector), Status::ok);
    expect_each_byte_once(
        connector.link, sends, at, [&] { EXPECT_EQ(server.ask(), 0); },
        [&](const Bytes& received) {
          EXPECT_TRUE(received.empty());
          return server.read();
        });
    if (testing::Test::HasFailure()) return;
  }
}

#endif

// With TLS 1.3 the ticket is what the server says after the handshake; with 1.2 it says nothing here.
TEST(TlsUnsentRecord, FinishedWhileATicketComes) {
  const Psk psk;
  tools::tls::ServerOptions options = psk_options(psk);
  options.tickets = std::make_shared<tools::tls::TicketKeys>();
  tools::tls::ServerContext context(std::move(options));
  for (size_t piece : {size_t{1}, size_t{7}, SIZE_MAX}) {
    for (size_t at = 0; at < record_bytes; at += 3) {
      SCOPED_TRACE(std::to_string(at) + ", pieces of " + std::to_string(piece));
      MemoryTransport transport(context);
      ScriptedSends sends(transport.connector());
      PskClient client(sends.connector(), psk.view());
      const Connector connector = client.connector();
      ASSERT_EQ(open_until_done(connector), Status::ok);
      const auto hear = [&](Bytes echoed) {
        uint8_t buffer[256];
        for (int call = 0; call < 200; ++call) {
          const Transfer got = connector.link.receive(connector.link.context, buffer, sizeof buffer, 0);
          EXPECT_TRUE(got.status == Status::pending || got.status == Status::ok) << to_string(got.status);
          echoed.insert(echoed.end(), buffer, buffer + got.bytes);
        }
        return echoed;
      };
      expect_each_byte_once(
          connector.link, sends, at, [&] { transport.bytes_per_transfer = piece; }, hear);
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace coinfer::tests
