// SPDX-License-Identifier: Apache-2.0
// A session over TLS: cut or corrupted anywhere in the encrypted stream, handshake included:
// at every fifth byte offset, with COINFER_FULL at every one.
#include <gtest/gtest.h>

#include <coinfer/session.hpp>
#include <coinfer/tls/certificate_auth.hpp>
#include <coinfer/tls/client.hpp>
#include <coinfer/tls/psk_auth.hpp>
#include <cstdlib>
#include <string>

#include "../link/pki.hpp"
#include "tls_network.hpp"
#include "toy_model.hpp"

namespace coinfer::tests {
namespace {

using ToyDevice = Device<toy::Model, SlowKernels>;

SessionOptions quick() {
  SessionOptions options;
  options.answer_timeout_us = 50'000;
  options.connect_timeout_us = 200'000;
  options.ping_timeout_us = 20'000;
  options.backoff_min_us = 1000;
  options.backoff_max_us = 10'000;
  options.require_exact = true;
  return options;
}

// A server and the credentials that fit it.
struct Psk {
  using Auth = tls::PskAuth;
  Psk() : context(make()) {}
  tools::tls::ServerContext make() {
    tools::tls::ServerOptions options;
    options.psk = [this](std::string_view name) -> std::optional<std::vector<uint8_t>> {
      if (name == identity) return key;
      return std::nullopt;
    };
    return tools::tls::ServerContext(std::move(options));
  }
  tls::PskCredentials credentials() const {
    return {reinterpret_cast<const uint8_t*>(identity.data()), identity.size(), key.data(), key.size()};
  }
  std::string identity = "device-7";
  std::vector<uint8_t> key = std::vector<uint8_t>(32, 0x5a);
  tools::tls::ServerContext context;
};

template <class Trust>
struct TlsBench {
  explicit TlsBench(Trust& trust) : network(trust.context, edge), entropy(3) {
    const Status begun =
        client.begin({network.connector(), simulated_clock(), random(), trust.credentials(), nullptr});
    EXPECT_EQ(begun, Status::ok);
    session.bind(device, client.connector(), simulated_clock(), random(), options);
    session.calibrate();
    for (size_t i = 0; i < 192; ++i) device.input()[i] = static_cast<int8_t>(i * 37);
    whole = device;
    whole.run();
  }
  ~TlsBench() { client.end(); }

  static Entropy random() {
    return {nullptr, [](void*, uint8_t* bytes, size_t count) {
              static std::mt19937 stream(5);
              for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(stream());
              return Status::ok;
            }};
  }

  bool connect() {
    constexpr int enough_to_notice_a_loss = 5;
    for (int poll = 0; poll < 20'000 && (!session.connected() || poll < enough_to_notice_a_loss); ++poll) {
      simulated_now_us += 10;
      static_cast<void>(session.poll());
    }
    return session.connected();
  }

  // One inference, whose answer must be right wherever it was made.
  Place run(int split, uint32_t deadline_us) {
    for (size_t i = 0; i < 192; ++i) device.input()[i] = static_cast<int8_t>(i * 37);
    session.start({split, 1, deadline_us});
    int polls = 0;
    while (session.poll() == Status::pending && ++polls < 100'000) simulated_now_us += 10;
    EXPECT_LT(polls, 100'000) << "the session hangs";
    const Answer& answer = session.answer();
    EXPECT_EQ(answer.status, Status::ok);
    EXPECT_FALSE(answer.late) << to_string(answer.cause);
    for (const int output : {1, 2}) {
      const uint8_t* bytes = session.output(output);
      if (bytes == nullptr || std::memcmp(bytes, whole.bytes(*toy::Model::outputs[output]), 6) != 0)
        ADD_FAILURE() << "wrong output " << output << " from the " << to_string(answer.place);
    }
    return answer.place;
  }

  SessionOptions options = quick();
  ExactEdge<toy::Model> edge;
  TlsNetwork<toy::Model> network;
  SeededEntropy entropy;
  ToyDevice device, whole;
  tls::Client<typename Trust::Auth> client;
  Session<ToyDevice> session;
};

struct Certificates {
  using Auth = tls::CertificateAuth;
  Certificates() : device(pki.authority, pki.device(), "edge.test"), context(pki_options(pki)) {}
  static tools::tls::ServerOptions pki_options(Pki& pki) {
    const Identity edge = pki.edge();
    tools::tls::ServerOptions options;
    options.certificate_chain = edge.certificate;
    options.key = edge.key;
    options.client_authorities = pki.authority.certificate;
    options.tickets = std::make_shared<tools::tls::TicketKeys>(1000, [] { return uint64_t{1'000'000}; });
    return options;
  }
  tls::CertificateCredentials credentials() const { return device.view(); }
  Pki pki;
  DeviceCredentials device;
  tools::tls::ServerContext context;
};

template <class Trust>
void survive(Trust& trust, size_t every) {
  size_t up = 0, down = 0;
  {
    TlsBench<Trust> bench(trust);
    ASSERT_TRUE(bench.connect());
    EXPECT_EQ(bench.run(1, 60'000), Place::edge);
    EXPECT_EQ(bench.run(4, 0), Place::edge);
    up = bench.network.up_bytes;
    down = bench.network.down_bytes;
  }
  ASSERT_GT(up + down, 1000U);
  for (int fault = 0; fault < 4; ++fault) {
    const bool upwards = fault % 2 == 0;
    for (size_t at = static_cast<size_t>(fault) % every; at < (upwards ? up : down); at += every) {
      SCOPED_TRACE(std::string(fault < 2 ? "cut " : "flipped ") + (upwards ? "up" : "down") + " at " +
                   std::to_string(at));
      TlsBench<Trust> bench(trust);
      WireFaults& faults = bench.network.faults;
      (fault == 0   ? faults.cut_up_at
       : fault == 1 ? faults.cut_down_at
       : fault == 2 ? faults.flip_up_at
                    : faults.flip_down_at) = at;
      bench.run(1, 60'000);
      bench.run(4, 0);
      faults = {};
      ASSERT_TRUE(bench.connect());
      // A changed record length makes the peer wait for bytes that only the next inference sends.
      if (fault >= 2) {
        bench.run(1, 60'000);
        ASSERT_TRUE(bench.connect());
      }
      EXPECT_EQ(bench.run(1, 60'000), Place::edge);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(TlsSession, SurvivesWithAPreSharedKey) {
  Psk trust;
  survive(trust, std::getenv("COINFER_FULL") == nullptr ? 5 : 1);
}

TEST(TlsSession, SurvivesWithCertificates) {
  Certificates trust;
  survive(trust, 97);
}

TEST(TlsSession, TinyTransfersAndResumption) {
  Certificates trust;
  TlsBench<Certificates> bench(trust);
  bench.network.faults.most = 3;
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.run(1, 60'000), Place::edge);
  bench.network.faults = {};
  bench.network.drop();
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.run(4, 60'000), Place::edge);
  EXPECT_EQ(bench.network.resumed, 1);
}

TEST(TlsSession, AStrangerIsNotTrusted) {
  Certificates ours, theirs;
  TlsBench<Certificates> bench(ours);
  TlsNetwork<toy::Model> wrong(theirs.context, bench.edge);
  tls::Client<tls::CertificateAuth> client;
  ASSERT_EQ(client.begin({wrong.connector(), simulated_clock(), bench.random(), ours.credentials(), nullptr}),
            Status::ok);
  Session<ToyDevice> session;
  session.bind(bench.device, client.connector(), simulated_clock(), bench.random(), bench.options);
  EXPECT_EQ(session.connect(100'000), Status::timed_out);
  EXPECT_EQ(session.link_cause(), Cause::not_trusted);
  EXPECT_EQ(session.infer({1}).cause, Cause::not_trusted);
  client.end();
}

}  // namespace
}  // namespace coinfer::tests
