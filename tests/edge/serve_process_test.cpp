// SPDX-License-Identifier: Apache-2.0
// `coinfer serve` as a process: what it prints, how it ends, what it refuses to do.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "edge_fixture.hpp"
#include "process.hpp"
#include "socket_client.hpp"

namespace {

using socket_client::Client;
using wire_client::Bytes;
namespace graph = coinfer::graph;
namespace wire = coinfer::wire;

constexpr const char* small = "tflm_micro_speech";

class ServeProcess : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_models::names().empty()) GTEST_SKIP() << "no models in " << shared_models::directory();
  }

  std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> all = {
        "serve",     "--model", shared_models::model(small).string(), "--insecure-plaintext",
        "--kernels", "portable"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  static std::uint16_t port_of(const std::string& line) {
    const std::string expected = "listening on 127.0.0.1:";
    EXPECT_EQ(line.substr(0, expected.size()), expected);
    return line.size() > expected.size() ? static_cast<std::uint16_t>(std::stoi(line.substr(expected.size())))
                                         : 0;
  }

  static Bytes answer(Client& client, const graph::Graph& g, std::uint32_t sequence) {
    return client.infer(g, sequence, 0, 0,
                        {shared_models::tensor(small, graph::tensor_at(g, g.inputs[0]).file_index)});
  }
};

TEST_F(ServeProcess, ServesReportsAndDrains) {
  const std::filesystem::path stats =
      std::filesystem::path(testing::TempDir()) / ("coinfer-stats-" + std::to_string(::getpid()) + ".json");
  Process server(arguments({"--stats-file", stats.string()}));
  const std::uint16_t port = port_of(server.line());
  const graph::Graph by_double = edge_fixture::load(small);
  graph::LoadOptions options;
  options.rounding = graph::RoundingRule::single_rounding;
  const graph::Graph by_single = graph::load_tflite_file(shared_models::model(small), options);
  for (const graph::Graph* g : {&by_double, &by_single}) {  // both identities of one file
    Client client(port);
    ASSERT_EQ(client.open(), coinfer::Status::ok);
    ASSERT_TRUE(client.greet(*g));
    EXPECT_FALSE(answer(client, *g, 1).empty());
  }
  server.signal(SIGUSR1);
  EXPECT_NE(server.line().find("\"answers\": 2"), std::string::npos);
  Client client(port);
  ASSERT_EQ(client.open(), coinfer::Status::ok);
  ASSERT_TRUE(client.greet(by_double));
  server.signal(SIGTERM);
  EXPECT_TRUE(client.wait_for(wire::MessageType::bye).has_value());
  client.close();
  EXPECT_NE(server.line().find("\"sessions\": 3"), std::string::npos);
  EXPECT_EQ(server.wait(), 0);
  const Bytes written = shared_models::read_file(stats);
  EXPECT_NE(std::string(written.begin(), written.end()).find("\"sessions\": 3"), std::string::npos);
  std::filesystem::remove(stats);
}

TEST_F(ServeProcess, SecondSignalEndsAtOnce) {
  Process server(arguments({"--drain-timeout-s", "60"}));
  const std::uint16_t port = port_of(server.line());
  const graph::Graph g = edge_fixture::load(small);
  Client client(port);
  ASSERT_EQ(client.open(), coinfer::Status::ok);
  ASSERT_TRUE(client.greet(g));
  client.send(wire_client::frame(wire_client::infer(g, 1, 0, 0)));  // in flight: the drain would wait for it
  client.send(wire_client::frame(wire::Ping{1}));
  ASSERT_TRUE(client.wait_for(wire::MessageType::pong).has_value());
  server.signal(SIGTERM);
  // Refused connections show that the first signal was seen.
  for (int i = 0; i < 1000 && Client(port).open() == coinfer::Status::ok; ++i) ::usleep(5000);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 1);
}

TEST_F(ServeProcess, OutputThatNobodyReads) {
  Process server(arguments());
  const std::uint16_t port = port_of(server.line());
  server.close_output();
  server.signal(SIGUSR1);
  const graph::Graph g = edge_fixture::load(small);
  Client client(port);
  ASSERT_EQ(client.open(), coinfer::Status::ok);
  ASSERT_TRUE(client.greet(g));
  EXPECT_FALSE(answer(client, g, 1).empty());
}

TEST_F(ServeProcess, StatisticsFileThatCannotBeWritten) {
  const std::string no_folder = shared_models::model(small).string();
  Process server(arguments({"--stats-file", no_folder + "/stats.json"}));
  const std::uint16_t port = port_of(server.line());
  const graph::Graph g = edge_fixture::load(small);
  for (std::uint32_t report = 1; report <= 2; ++report) {
    server.signal(SIGUSR1);
    EXPECT_NE(server.line().find("\"answers\": " + std::to_string(report - 1)), std::string::npos);
    const std::string complaint = server.error_line();
    EXPECT_NE(complaint.find(" error --stats-file: " + no_folder), std::string::npos) << complaint;
    Client client(port);
    ASSERT_EQ(client.open(), coinfer::Status::ok);
    ASSERT_TRUE(client.greet(g));
    EXPECT_FALSE(answer(client, g, 1).empty());
  }
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
}

struct Wrong {
  std::vector<std::string> arguments;
  int status;
  std::string says;
};

TEST_F(ServeProcess, RefusesToStart) {
  const std::string model = shared_models::model(small).string();
  const std::vector<Wrong> cases = {
      {{"serve"}, 2, "--model"},
      {{"serve", "--model", model}, 2, "--client-ca"},
      {{"serve", "--model", model, "--cert", model}, 2, "--key"},
      {{"serve", "--model", model, "--insecure-plaintext", "--listen", "0.0.0.0:0"}, 2, "loopback"},
      {{"serve", "--model", model, "--insecure-plaintext", "--listen", "127.0.0.1"}, 2, "HOST:PORT"},
      {{"serve", "--model", model, "--insecure-plaintext", "--listen", "127.0.0.1:70000"}, 2, "port"},
      {{"serve", "--model", model, "--psk-file", "/does/not/exist"}, 1, "/does/not/exist"},
      {{"serve", "--model", "/does/not/exist", "--insecure-plaintext"}, 1, "/does/not/exist"},
      {{"serve", "--model", model, "--cert", model, "--key", model, "--client-ca", model}, 1, "certificate"},
  };
  for (const Wrong& wrong : cases) {
    Process server(wrong.arguments);
    EXPECT_EQ(server.wait(), wrong.status) << wrong.says;
    const std::string line = server.error_line();
    EXPECT_NE(line.find(wrong.says), std::string::npos) << line;
    EXPECT_EQ(server.line(), "");
  }
}

}  // namespace
