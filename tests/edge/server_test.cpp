// SPDX-License-Identifier: Apache-2.0
// The server on real sockets with TLS: concurrent clients, everything that is refused before and after the
// handshake, limits, and the end.
#include "serve/server.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <thread>

#include "edge_fixture.hpp"
#include "socket_client.hpp"

namespace {

using edge_fixture::Event;
using edge_fixture::LoadedModel;
using socket_client::CertificateClient;
using socket_client::Client;
using socket_client::PskClient;
using wire_client::Bytes;
namespace graph = coinfer::graph;
namespace serve = coinfer::serve;
namespace wire = coinfer::wire;

constexpr const char* small = "tflm_micro_speech";
const Bytes psk_key(32, 0x5A);

// A server on a thread of its own, with its authority; drained at the end.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
    options_.threads = 2;
    spdlog::set_level(spdlog::level::warn);
  }
  void TearDown() override { stop(); }

  // With TLS, both certificates and pre-shared keys, unless `plain`.
  void start(const std::vector<std::string>& names,
             coinfer::tail::Kernels kernels = coinfer::tail::Kernels::portable, bool plain = false) {
    std::vector<std::unique_ptr<LoadedModel>> models;
    for (const std::string& name : names) {
      models.push_back(std::make_unique<LoadedModel>(edge_fixture::load(name), kernels, 4));
      models.back()->warm_up();
      graphs_.push_back(&models.back()->graph());
    }
    std::unique_ptr<coinfer::tools::tls::ServerContext> tls;
    if (!plain) {
      coinfer::tools::tls::ServerOptions tls_options;
      const socket_client::certs::Identity edge = authority_.edge();
      tls_options.certificate_chain = edge.certificate;
      tls_options.key = edge.key;
      tls_options.client_authorities = authority_.certificate();
      tls_options.psk = [](std::string_view identity) {
        return identity == "sensor" ? std::optional<Bytes>(psk_key) : std::nullopt;
      };
      tls = std::make_unique<coinfer::tools::tls::ServerContext>(std::move(tls_options));
    }
    server_ = std::make_unique<serve::Server>(options_, std::move(models), std::move(tls));
    port_ = server_->port();
    thread_ = std::thread([this] { server_->run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    server_->drain();
    thread_.join();
  }

  std::unique_ptr<CertificateClient> device(const std::string& name = "device") {
    return std::make_unique<CertificateClient>(port_, authority_.certificate(), authority_.device(name));
  }

  // What a server must still do after whatever happened.
  void expect_serves() {
    const auto client = device("good");
    ASSERT_EQ(client->open(), coinfer::Status::ok);
    ASSERT_TRUE(client->greet(*graphs_[0]));
    EXPECT_EQ(client->infer(*graphs_[0], 1, 1, 0, feature(small, *graphs_[0], 1)),
              golden_answer(small, *graphs_[0], 1));
  }

  static std::vector<Bytes> feature(const std::string& name, const graph::Graph& g, int split) {
    std::vector<Bytes> tensors;
    for (const std::int32_t index : graph::crossing_tensors(g, split, graph::exit_count(g) - 1)) {
      tensors.push_back(shared_models::tensor(name, graph::tensor_at(g, index).file_index));
    }
    return tensors;
  }
  static Bytes golden_answer(const std::string& name, const graph::Graph& g, int split) {
    Bytes all;
    for (const std::int32_t index : graph::answer_outputs(g, split, graph::exit_count(g) - 1)) {
      const Bytes tensor = shared_models::tensor(name, graph::tensor_at(g, index).file_index);
      all.insert(all.end(), tensor.begin(), tensor.end());
    }
    return all;
  }

  std::uint64_t count(Event event) const { return server_->counters().get(event); }
  // Counters move on the server's thread: waits until this one has.
  bool counted(Event event, std::uint64_t at_least = 1) const {
    const auto end = std::chrono::steady_clock::now() + socket_client::patience;
    while (count(event) < at_least) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  serve::ServerOptions options_;
  socket_client::Authority authority_;
  std::unique_ptr<serve::Server> server_;
  std::vector<const graph::Graph*> graphs_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(ServerTest, ConcurrentClientsOnSeveralModels) {
  const std::vector<std::string> names = {"mlperf_kws_dscnn", small, "mlperf_ic_resnet8"};
  start(names);
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  int expected = 0;
  for (int c = 0; c < 6; ++c) {
    const std::string& name = names[static_cast<std::size_t>(c) % names.size()];
    const graph::Graph& g = *graphs_[static_cast<std::size_t>(c) % names.size()];
    expected += graph::stage_count(g);
    clients.emplace_back([&, client = device("device-" + std::to_string(c))] {
      if (client->open() != coinfer::Status::ok || !client->greet(g)) return;
      for (int split = 0; split < graph::stage_count(g); ++split) {
        const Bytes answer =
            client->infer(g, static_cast<std::uint32_t>(split) + 1, split, 0, feature(name, g, split));
        if (answer == golden_answer(name, g, split)) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right.load(), expected);
  EXPECT_EQ(count(Event::answers), static_cast<std::uint64_t>(expected));
  EXPECT_EQ(count(Event::sessions), 6U);
}

TEST_F(ServerTest, ConcurrentClientsOnXnnpackGetTheSameBytes) {
  start({"mlperf_kws_dscnn"}, coinfer::tail::Kernels::xnnpack);
  const graph::Graph& g = *graphs_[0];
  const auto tail = coinfer::tail::make_tail_runner(g, coinfer::tail::Kernels::xnnpack, 1);
  std::vector<Bytes> expected;
  for (int split = 0; split < graph::stage_count(g); ++split) {
    Bytes packed;
    for (const Bytes& tensor : feature("mlperf_kws_dscnn", g, split))
      packed.insert(packed.end(), tensor.begin(), tensor.end());
    expected.emplace_back(golden_answer("mlperf_kws_dscnn", g, split).size());
    tail->run(split, 0, packed, expected.back());
  }
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&, client = device()] {
      if (client->open() != coinfer::Status::ok || !client->greet(g)) return;
      std::uint32_t sequence = 0;
      for (int split = 0; split < graph::stage_count(g); ++split) {
        const Bytes answer = client->infer(g, ++sequence, split, 0, feature("mlperf_kws_dscnn", g, split));
        if (answer == expected[static_cast<std::size_t>(split)]) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right.load(), 4 * graph::stage_count(g));
}

// Refused before the session

TEST_F(ServerTest, PreSharedKey) {
  start({small});
  PskClient client(port_, "sensor", psk_key);
  ASSERT_EQ(client.open(), coinfer::Status::ok);
  ASSERT_TRUE(client.greet(*graphs_[0]));
  EXPECT_EQ(client.infer(*graphs_[0], 1, 1, 0, feature(small, *graphs_[0], 1)),
            golden_answer(small, *graphs_[0], 1));
}

TEST_F(ServerTest, WrongPreSharedKeyOrIdentity) {
  start({small});
  EXPECT_NE(PskClient(port_, "sensor", Bytes(32, 0x11)).open(), coinfer::Status::ok);
  EXPECT_TRUE(counted(Event::wrong_psk, 1));
  EXPECT_NE(PskClient(port_, "nobody", psk_key).open(), coinfer::Status::ok);
  EXPECT_TRUE(counted(Event::wrong_psk, 2));
  expect_serves();
}

// With TLS 1.3 a client can believe itself connected before the server has looked at its certificate.
void expect_no_session(Client& client, const graph::Graph& g) {
  EXPECT_FALSE(client.open() == coinfer::Status::ok && client.greet(g));
}

TEST_F(ServerTest, CertificateOfAnotherAuthority) {
  start({small});
  socket_client::Authority other;
  CertificateClient client(port_, authority_.certificate(), other.device("device"));
  expect_no_session(client, *graphs_[0]);
  EXPECT_TRUE(counted(Event::wrong_ca));
  expect_serves();
}

TEST_F(ServerTest, ExpiredCertificate) {
  start({small});
  CertificateClient client(port_, authority_.certificate(), authority_.expired_device());
  expect_no_session(client, *graphs_[0]);
  EXPECT_TRUE(counted(Event::bad_client_certificate));
  expect_serves();
}

TEST_F(ServerTest, CertificateForServersOnly) {
  start({small});
  CertificateClient client(port_, authority_.certificate(), authority_.edge());
  expect_no_session(client, *graphs_[0]);
  EXPECT_TRUE(counted(Event::bad_client_certificate));
  expect_serves();
}

TEST_F(ServerTest, DeviceThatTrustsAnotherAuthority) {
  start({small});
  socket_client::Authority other;
  CertificateClient client(port_, other.certificate(), authority_.device("device"));
  EXPECT_EQ(client.open(), coinfer::Status::not_trusted);
  EXPECT_TRUE(counted(Event::tls_failed));
  expect_serves();
}

TEST_F(ServerTest, PlaintextOnATlsPort) {
  start({small});
  Client client(port_);
  ASSERT_EQ(client.open(), coinfer::Status::ok);
  client.send(wire_client::frame(wire_client::hello(*graphs_[0])));
  EXPECT_TRUE(client.wait_for_end());
  EXPECT_TRUE(counted(Event::tls_failed));
  EXPECT_EQ(count(Event::sessions), 0U);
  expect_serves();
}

TEST_F(ServerTest, SilentConnection) {
  options_.limits.hello_timeout_us = 300'000;
  start({small});
  Client silent(port_);
  ASSERT_EQ(silent.open(), coinfer::Status::ok);
  EXPECT_TRUE(silent.wait_for_end());
  EXPECT_TRUE(counted(Event::handshake_timeout));
  expect_serves();
}

TEST_F(ServerTest, TooManyClients) {
  options_.max_clients = 2;
  start({small});
  auto first = device();
  auto second = device();
  ASSERT_EQ(first->open(), coinfer::Status::ok);
  ASSERT_EQ(second->open(), coinfer::Status::ok);
  EXPECT_NE(device()->open(), coinfer::Status::ok);
  EXPECT_TRUE(counted(Event::too_many_clients));
  first.reset();
  EXPECT_TRUE(counted(Event::closed_by_peer));
  second.reset();
  EXPECT_TRUE(counted(Event::closed_by_peer, 2));
  expect_serves();
}

// Open connections and those in their handshake count together; what ends makes room again.
TEST_F(ServerTest, TooManyFromOneAddress) {
  options_.max_per_address = 2;
  start({small});
  auto first = device();
  ASSERT_EQ(first->open(), coinfer::Status::ok);
  auto silent = std::make_unique<Client>(port_);
  ASSERT_EQ(silent->open(), coinfer::Status::ok);
  EXPECT_NE(device()->open(), coinfer::Status::ok);
  EXPECT_TRUE(counted(Event::too_many_from_address));
  EXPECT_EQ(count(Event::too_many_clients), 0U);
  ASSERT_TRUE(first->greet(*graphs_[0])) << "who is there stays";
  first.reset();
  EXPECT_TRUE(counted(Event::closed_by_peer));
  expect_serves();
}

TEST_F(ServerTest, SilentConnectionsKeepNobodyOut) {
  options_.max_handshakes = 2;
  start({small});
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 5; ++i) {
    silent.push_back(std::make_unique<Client>(port_));
    ASSERT_EQ(silent.back()->open(), coinfer::Status::ok);
  }
  EXPECT_TRUE(counted(Event::handshake_evicted, 3));
  expect_serves();
}

// Pings that pile up unread while the socket is full, then are read: every pong is right. The answers are
// written while more are made.
TEST_F(ServerTest, PeerThatReadsLate) {
  start({small});
  const auto client = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  ASSERT_TRUE(client->greet(*graphs_[0]));
  constexpr std::uint32_t count_of_pings = 60'000;
  Bytes pings;
  for (std::uint32_t i = 1; i <= count_of_pings; ++i) {
    const Bytes ping = wire_client::frame(wire::Ping{i});
    pings.insert(pings.end(), ping.begin(), ping.end());
  }
  std::uint32_t next = 1;
  constexpr std::size_t step = 20'000;
  for (std::size_t at = 0; at < pings.size(); at += step) {
    const auto begin = pings.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = pings.begin() + static_cast<std::ptrdiff_t>(std::min(at + step, pings.size()));
    ASSERT_TRUE(client->send(Bytes(begin, end)));
  }
  for (; next <= count_of_pings; ++next) {
    const auto pong = client->wait_for(wire::MessageType::pong);
    ASSERT_TRUE(pong.has_value()) << next;
    ASSERT_EQ(pong->message.pong.token, next);
  }
  EXPECT_FALSE(client->inbox.bad);
}

// Refused in the session

TEST_F(ServerTest, GarbageAfterTheHandshake) {
  start({small});
  const auto client = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  client->send(Bytes(1000, 0xC3));
  client->send(Bytes(1000, 0x3C));
  const auto bye = client->wait_for(wire::MessageType::bye);
  ASSERT_TRUE(bye.has_value());
  EXPECT_EQ(bye->message.bye.reason, static_cast<std::uint32_t>(wire::ByeReason::bad_message));
  EXPECT_TRUE(counted(Event::garbage));
  expect_serves();
}

TEST_F(ServerTest, UnknownIdentity) {
  start({small});
  const auto client = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  EXPECT_FALSE(client->greet(edge_fixture::load("mlperf_ad_fc")));
  EXPECT_TRUE(counted(Event::unknown_identity));
  EXPECT_TRUE(client->wait_for_end());
  expect_serves();
}

TEST_F(ServerTest, ClosedInTheMiddleOfAFrame) {
  start({small});
  const auto client = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  const Bytes hello = wire_client::frame(wire_client::hello(*graphs_[0]));
  ASSERT_TRUE(client->send(Bytes(hello.begin(), hello.begin() + 9)));
  client->close();
  EXPECT_TRUE(counted(Event::truncated_frame));
  expect_serves();
}

TEST_F(ServerTest, TooLate) {
  start({small});
  const auto client = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  ASSERT_TRUE(client->greet(*graphs_[0]));
  wire::Infer infer = wire_client::infer(*graphs_[0], 1, 0, 0);
  infer.remaining_us = 1;
  client->send(wire_client::frame(infer));
  const auto refusal = client->wait_for(wire::MessageType::refusal);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->message.refusal.reason, static_cast<std::uint32_t>(wire::RefusalReason::late));
  EXPECT_TRUE(counted(Event::refused_late));
  infer = wire_client::infer(*graphs_[0], 2, 0, 0);
  infer.remaining_us = 20'000'000;
  client->send(wire_client::frame(infer));
  for (const Bytes& chunk : wire_client::chunks(2, feature(small, *graphs_[0], 0), 4000)) client->send(chunk);
  EXPECT_TRUE(client->wait_for(wire::MessageType::answer).has_value());
}

// One place: whoever holds it keeps the others out until he is answered, cancels, or is gone.
TEST_F(ServerTest, PlacesAreGivenBack) {
  options_.max_in_flight = 1;
  start({small});
  auto holder = device();
  const auto other = device();
  ASSERT_EQ(holder->open(), coinfer::Status::ok);
  ASSERT_EQ(other->open(), coinfer::Status::ok);
  ASSERT_TRUE(holder->greet(*graphs_[0]));
  ASSERT_TRUE(other->greet(*graphs_[0]));
  const auto hold = [&](std::uint32_t sequence) {
    holder->send(wire_client::frame(wire_client::infer(*graphs_[0], sequence, 1, 0)));
    holder->send(wire_client::frame(wire::Ping{sequence}));
    ASSERT_TRUE(holder->wait_for(wire::MessageType::pong).has_value());
  };
  hold(1);
  other->send(wire_client::frame(wire_client::infer(*graphs_[0], 1, 1, 0)));
  const auto refusal = other->wait_for(wire::MessageType::refusal);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->message.refusal.reason, static_cast<std::uint32_t>(wire::RefusalReason::overloaded));
  EXPECT_GT(refusal->message.refusal.retry_after_ms, 0U);

  holder->send(wire_client::frame(wire::Cancel{1}));
  ASSERT_TRUE(counted(Event::cancelled));
  const Bytes golden = golden_answer(small, *graphs_[0], 1);
  EXPECT_EQ(other->infer(*graphs_[0], 2, 1, 0, feature(small, *graphs_[0], 1)), golden);

  hold(2);
  holder.reset();
  ASSERT_TRUE(counted(Event::closed_by_peer));
  EXPECT_EQ(other->infer(*graphs_[0], 3, 1, 0, feature(small, *graphs_[0], 1)), golden);
}

// The end

TEST_F(ServerTest, DrainAnswersWhatIsInFlight) {
  start({small});
  const auto client = device();
  const auto idle = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  ASSERT_EQ(idle->open(), coinfer::Status::ok);
  ASSERT_TRUE(client->greet(*graphs_[0]));
  ASSERT_TRUE(idle->greet(*graphs_[0]));
  client->send(wire_client::frame(wire_client::infer(*graphs_[0], 1, 1, 0)));
  client->send(wire_client::frame(wire::Ping{1}));
  ASSERT_TRUE(client->wait_for(wire::MessageType::pong).has_value());
  server_->drain();
  const auto bye = idle->wait_for(wire::MessageType::bye);
  ASSERT_TRUE(bye.has_value());
  EXPECT_EQ(bye->message.bye.reason, static_cast<std::uint32_t>(wire::ByeReason::draining));
  EXPECT_NE(device()->open(), coinfer::Status::ok);
  for (const Bytes& chunk : wire_client::chunks(1, feature(small, *graphs_[0], 1), 4000)) client->send(chunk);
  EXPECT_TRUE(client->wait_for(wire::MessageType::answer).has_value());
  EXPECT_TRUE(client->wait_for(wire::MessageType::bye).has_value());
  client->close();
  idle->close();
  thread_.join();
}

TEST_F(ServerTest, DrainDoesNotWaitForEver) {
  options_.drain_timeout_us = 200'000;
  start({small});
  const auto client = device();
  ASSERT_EQ(client->open(), coinfer::Status::ok);
  ASSERT_TRUE(client->greet(*graphs_[0]));
  client->send(wire_client::frame(wire_client::infer(*graphs_[0], 1, 1, 0)));
  client->send(wire_client::frame(wire::Ping{1}));
  ASSERT_TRUE(client->wait_for(wire::MessageType::pong).has_value());
  server_->drain();
  const auto bye = client->wait_for(wire::MessageType::bye);
  ASSERT_TRUE(bye.has_value());
  EXPECT_EQ(bye->message.bye.reason, static_cast<std::uint32_t>(wire::ByeReason::shutting_down));
  thread_.join();
}

TEST_F(ServerTest, PlaintextOnlyOnTheLoopbackAddress) {
  start({small}, coinfer::tail::Kernels::portable, true);
  Client client(port_);
  ASSERT_EQ(client.open(), coinfer::Status::ok);
  ASSERT_TRUE(client.greet(*graphs_[0]));
  EXPECT_EQ(client.infer(*graphs_[0], 1, 1, 0, feature(small, *graphs_[0], 1)),
            golden_answer(small, *graphs_[0], 1));
  serve::ServerOptions everywhere;
  everywhere.address = "0.0.0.0";
  EXPECT_THROW(serve::Server(everywhere, {}, nullptr), std::runtime_error);
}

}  // namespace
