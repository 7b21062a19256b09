// SPDX-License-Identifier: Apache-2.0
// A feature can be inverted into the input that it was made from: once it is answered, cancelled or cut off,
// no memory of `coinfer serve` holds a part of it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "edge_fixture.hpp"
#include "process.hpp"
#include "socket_client.hpp"

namespace {

using socket_client::PskClient;
using wire_client::Bytes;
namespace graph = coinfer::graph;
namespace wire = coinfer::wire;

constexpr const char* small = "tflm_micro_speech";

// True when a piece of `secret` lies anywhere in the writable memory of a process.
bool holds(pid_t process, const Bytes& secret) {
  constexpr std::size_t piece = 16;
  constexpr std::uint64_t largest = std::uint64_t{1} << 32U;  // beyond it: an address sanitizer's shadow
  const std::string folder = "/proc/" + std::to_string(process);
  const int memory = ::open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_GE(memory, 0);
  std::ifstream maps(folder + "/maps");
  bool found = false;
  for (std::string line; std::getline(maps, line) && !found;) {
    std::istringstream fields(line);
    std::uint64_t begin = 0, end = 0;
    char dash = 0;
    std::string rights;
    fields >> std::hex >> begin >> dash >> end >> rights;
    if (rights.substr(0, 2) != "rw" || end - begin > largest) continue;
    Bytes bytes(static_cast<std::size_t>(end - begin));
    const ssize_t count = ::pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (count <= 0) continue;
    for (std::size_t at = 0; at + piece <= secret.size() && !found; at += 4 * piece) {
      found = ::memmem(bytes.data(), static_cast<std::size_t>(count), secret.data() + at, piece) != nullptr;
    }
  }
  ::close(memory);
  return found;
}

// Buffers are cleared by threads that the answer does not wait for.
bool forgets(pid_t process, const Bytes& secret) {
  for (int i = 0; i < 50; ++i) {
    if (!holds(process, secret)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

class ClearedMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
    keys_ = std::filesystem::path(testing::TempDir()) / ("coinfer-keys-" + std::to_string(::getpid()));
    std::ofstream(keys_) << "sensor:" << std::string(64, 'a') << "\n";
    // The dynamic linker, binding late, saves vector registers on the stack: pieces of what was copied last.
    ::setenv("LD_BIND_NOW", "1", 1);
    server_ = std::make_unique<Process>(
        std::vector<std::string>{"serve", "--model", shared_models::model(small).string(), "--psk-file",
                                 keys_.string(), "--kernels", "portable", "--threads", "2"});
    const std::string line = server_->line();
    ASSERT_NE(line.rfind(':'), std::string::npos) << line;
    client_ = std::make_unique<PskClient>(
        static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1))), "sensor", Bytes(32, 0xAA));
    ASSERT_EQ(client_->open(), coinfer::Status::ok);
    ASSERT_TRUE(client_->greet(graph_));
  }
  void TearDown() override { std::filesystem::remove(keys_); }

  Bytes random_feature() const {
    std::random_device random;
    Bytes bytes(static_cast<std::size_t>(graph::tensor_at(graph_, graph_.inputs[0]).bytes()));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
  }
  // Infer and the first `count` bytes of its feature, taken by the server.
  void begin(const Bytes& feature, std::size_t count) {
    ASSERT_TRUE(client_->send(wire_client::frame(wire_client::infer(graph_, 1, 0, 0))));
    const Bytes part(feature.begin(), feature.begin() + static_cast<std::ptrdiff_t>(count));
    ASSERT_TRUE(client_->send(wire_client::frame(wire::Chunk{1, 0, false}, part)));
    ASSERT_TRUE(client_->send(wire_client::frame(wire::Ping{1})));
    ASSERT_TRUE(client_->wait_for(wire::MessageType::pong).has_value());
  }

  graph::Graph graph_ = shared_models::names().empty() ? graph::Graph{} : edge_fixture::load(small);
  std::filesystem::path keys_;
  std::unique_ptr<Process> server_;
  std::unique_ptr<PskClient> client_;
};

TEST_F(ClearedMemory, OfAnAnsweredFeature) {
  const Bytes feature = random_feature();
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence) {
    ASSERT_FALSE(client_->infer(graph_, sequence, 0, 0, {feature}).empty());
  }
  EXPECT_TRUE(forgets(server_->id(), feature)) << "while the connection is open";
  client_->close();
  EXPECT_TRUE(forgets(server_->id(), feature));
}

TEST_F(ClearedMemory, OfACancelledFeature) {
  const Bytes feature = random_feature();
  ASSERT_NO_FATAL_FAILURE(begin(feature, 1000));
  ASSERT_TRUE(holds(server_->id(), feature)) << "the test can see what is there";
  ASSERT_TRUE(client_->send(wire_client::frame(wire::Cancel{1})));
  EXPECT_TRUE(forgets(server_->id(), feature));
}

TEST_F(ClearedMemory, OfAFeatureThatIsCutOff) {
  const Bytes feature = random_feature();
  ASSERT_NO_FATAL_FAILURE(begin(feature, 1000));
  client_->close();
  EXPECT_TRUE(forgets(server_->id(), feature));
}

}  // namespace
