// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "loopback.hpp"
#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "template/port.hpp"

namespace coinfer::tests {
namespace {

constexpr uint32_t second_us = 1'000'000;

class Tcp : public ::testing::Test {
 protected:
  // Both ends of one connection.
  void connect() {
    ASSERT_EQ(tcp.resolve("127.0.0.1", listener.port()), Status::ok);
    connector = tcp.connector();
    ASSERT_EQ(open(), Status::ok);
    peer = listener.accept();
    ASSERT_GE(peer, 0);
  }
  Status open() {
    for (int i = 0; i < 10; ++i) {
      const Status status = connector.open(connector.context, second_us);
      if (status != Status::pending) return status;
    }
    return Status::timed_out;
  }
  Transfer send(const std::vector<uint8_t>& bytes, uint32_t timeout_us = 0) {
    return connector.link.send(connector.link.context, bytes.data(), bytes.size(), timeout_us);
  }
  Transfer receive(std::vector<uint8_t>& bytes, uint32_t timeout_us = 0) {
    return connector.link.receive(connector.link.context, bytes.data(), bytes.size(), timeout_us);
  }
  uint64_t now_us() const { return clock.now_us(clock.context); }
  ~Tcp() override {
    if (peer >= 0) ::close(peer);
  }

  Listener listener;
  port::posix::TcpConnector tcp;
  Connector connector{};
  Clock clock = port::posix::monotonic_clock();
  int peer = -1;
};

TEST_F(Tcp, CarriesBytesBothWays) {
  connect();
  EXPECT_EQ(connector.open(connector.context, 0), Status::ok);  // open already
  const std::vector<uint8_t> out = {1, 2, 3};
  ASSERT_EQ(send(out).bytes, 3U);
  std::vector<uint8_t> in(10);
  ASSERT_EQ(::recv(peer, in.data(), 3, MSG_WAITALL), 3);
  EXPECT_TRUE(std::equal(out.begin(), out.end(), in.begin()));
  ASSERT_EQ(::send(peer, out.data(), out.size(), 0), 3);
  const Transfer got = receive(in, second_us);
  EXPECT_EQ(got.status, Status::ok);
  EXPECT_EQ(got.bytes, 3U);
}

TEST_F(Tcp, WaitsAsLongAsAsked) {
  connect();
  std::vector<uint8_t> in(10);
  uint64_t before = now_us();
  EXPECT_EQ(receive(in, 0).status, Status::pending);
  EXPECT_LT(now_us() - before, second_us);
  before = now_us();
  EXPECT_EQ(receive(in, 30'000).status, Status::pending);
  EXPECT_GE(now_us() - before, 30'000U);
}

TEST_F(Tcp, SendWithoutReaderTakesWhatFitsThenNothing) {
  connect();
  const std::vector<uint8_t> block(1 << 20, 7);
  size_t sent = 0;
  Transfer last{};
  for (int i = 0; i < 1000; ++i) {
    last = send(block);
    if (last.status != Status::ok) break;
    sent += last.bytes;
  }
  EXPECT_EQ(last.status, Status::pending);
  EXPECT_EQ(send(block, 20'000).status, Status::pending);
  EXPECT_GT(sent, 0U);
  // It goes on as soon as the peer reads.
  std::thread reader([this] {
    std::vector<uint8_t> in(1 << 20);
    while (::recv(peer, in.data(), in.size(), 0) > 0) {
    }
  });
  EXPECT_EQ(send(block, 10 * second_us).status, Status::ok);
  connector.close(connector.context);
  reader.join();
}

TEST_F(Tcp, ClosedByThePeer) {
  connect();
  ::close(peer);
  peer = -1;
  std::vector<uint8_t> in(10);
  EXPECT_EQ(receive(in, second_us).status, Status::link_down);
  EXPECT_EQ(receive(in, second_us).status, Status::link_down);
  EXPECT_EQ(send(in).status, Status::link_down);
}

// The default action of SIGPIPE would end this program.
TEST_F(Tcp, WritingToAClosedPeerRaisesNoSignal) {
  connect();
  ::close(peer);
  peer = -1;
  const std::vector<uint8_t> block(100, 1);
  Status status = Status::ok;
  for (int i = 0; i < 100 && status != Status::link_down; ++i) {
    status = send(block, 10'000).status;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(status, Status::link_down);
}

TEST_F(Tcp, NobodyListens) {
  ASSERT_EQ(tcp.resolve("127.0.0.1", listener.port()), Status::ok);
  connector = tcp.connector();
  listener.close();
  EXPECT_EQ(open(), Status::link_down);
  EXPECT_EQ(open(), Status::link_down);
}

TEST_F(Tcp, OpensAgain) {
  connect();
  connector.close(connector.context);
  connector.close(connector.context);
  char byte = 0;
  EXPECT_EQ(::recv(peer, &byte, 1, 0), 0);
  ASSERT_EQ(open(), Status::ok);
  const int again = listener.accept();
  EXPECT_EQ(send({5}).bytes, 1U);
  EXPECT_EQ(::recv(again, &byte, 1, 0), 1);
  EXPECT_EQ(byte, 5);
  ::close(again);
}

TEST_F(Tcp, UnknownNamesAndUnresolvedConnectors) {
  connector = tcp.connector();
  EXPECT_EQ(connector.open(connector.context, 0), Status::link_down);
  EXPECT_EQ(tcp.resolve("127.0.0.1", "no-such-service"), Status::link_down);
  EXPECT_EQ(connector.open(connector.context, 0), Status::link_down);
}

TEST(PosixClock, RisesAndCountsMicroseconds) {
  const Clock clock = port::posix::monotonic_clock();
  const uint64_t before = clock.now_us(clock.context);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const uint64_t elapsed = clock.now_us(clock.context) - before;
  EXPECT_GE(elapsed, 20'000U);
  EXPECT_LT(elapsed, 20'000'000U);
}

TEST(PosixEntropy, FillsEverythingDifferently) {
  const Entropy entropy = port::posix::kernel_entropy();
  std::vector<uint8_t> first(1000);
  std::vector<uint8_t> second(1000);
  ASSERT_EQ(entropy.fill(entropy.context, first.data(), first.size()), Status::ok);
  ASSERT_EQ(entropy.fill(entropy.context, second.data(), second.size()), Status::ok);
  EXPECT_NE(first, second);
  EXPECT_LT(std::count(first.begin(), first.end(), 0), 50);
}

TEST(TemplatePort, DoesNothingAndSaysSo) {
  EXPECT_EQ(port::clock().now_us(nullptr), 11223344U);
  uint8_t byte = 0;
  EXPECT_EQ(port::entropy().fill(nullptr, &byte, 1), Status::no_entropy);
  const Connector network = port::network();
  EXPECT_EQ(network.open(network.context, 0), Status::link_down);
  network.close(network.context);
  EXPECT_EQ(network.link.receive(network.link.context, &byte, 1, 0).status, Status::link_down);
  EXPECT_EQ(network.link.send(network.link.context, &byte, 1, 0).status, Status::link_down);
}

}  // namespace
}  // namespace coinfer::tests
