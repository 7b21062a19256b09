// SPDX-License-Identifier: Apache-2.0
// What `coinfer run --edge` does, against a real server on a real socket with TLS: golden outputs at every
// split, whatever happens to the server.
#include "client/edge_client.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"
#include "serve/server.hpp"

namespace coinfer::client {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr const char* small = "tflm_micro_speech";

std::filesystem::path folder_of(const std::string& name) {
  return std::filesystem::path(COINFER_SHARED_DIR) / "models" / name;
}
Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
graph::Graph load(const std::string& name,
                  graph::RoundingRule rounding = graph::RoundingRule::double_rounding) {
  graph::LoadOptions options;
  options.rounding = rounding;
  return graph::load_tflite_file(folder_of(name) / "model.tflite", options);
}

class EdgeClientTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_of(small))) GTEST_SKIP() << "no models in " << COINFER_SHARED_DIR;
    folder_ = std::filesystem::temp_directory_path() / ("edge_client_test." + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    edge_.psk_file = write("psk.txt", "sensor-9:" + std::string(64, 'a') + "\n");
  }
  void TearDown() override {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  void start(graph::Graph graph, std::uint16_t port = 0) {
    std::vector<std::unique_ptr<serve::LoadedModel>> models;
    models.push_back(std::make_unique<serve::LoadedModel>(std::move(graph), tail::Kernels::portable, 2));
    tools::tls::ServerOptions tls;
    tls.psk = [](std::string_view identity) {
      return identity == "sensor-9" ? std::optional<Bytes>(Bytes(32, 0xaa)) : std::nullopt;
    };
    serve::ServerOptions options;
    options.port = port;
    options.limits.reconnect_after_ms = 1;
    server_ = std::make_unique<serve::Server>(options, std::move(models),
                                              std::make_unique<tools::tls::ServerContext>(std::move(tls)));
    edge_.address = server_->address();
    thread_ = std::thread([this] { server_->run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->drain();
    thread_.join();
    server_.reset();
  }

  // What the constructor says when there is no session.
  std::string complaint(const graph::Graph& graph) const {
    try {
      EdgeClient client(graph, graph::KernelSet::portable, edge_);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "no complaint";
  }

  std::filesystem::path folder_;
  EdgeOptions edge_;
  std::unique_ptr<serve::Server> server_;
  std::thread thread_;
};

TEST_F(EdgeClientTest, MoreOutputsThanASessionTakesAreRefused) {
  graph::Graph many = load(small);
  many.outputs.assign(17, many.outputs[0]);
  many.exits[0].assign({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  try {
    EdgeClient client(many, graph::KernelSet::portable, edge_);
    ADD_FAILURE() << "taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("17 outputs; at most 16"), std::string::npos) << error.what();
  }
}

TEST_F(EdgeClientTest, GoldenOutputsAtEverySplitUnderBothRoundingRules) {
  for (const std::string name : {"tflm_micro_speech", "mlperf_kws_dscnn", "mlperf_ad_fc", "emza_ssd_slim"}) {
    if (!std::filesystem::exists(folder_of(name))) continue;
    for (const auto rounding : {graph::RoundingRule::double_rounding, graph::RoundingRule::single_rounding}) {
      const bool twice = rounding == graph::RoundingRule::double_rounding;
      const graph::Graph graph = load(name, rounding);
      const Bytes input = read_file(folder_of(name) / "inputs" / "00.bin");
      const Bytes golden = read_file(folder_of(name) / (twice ? "outputs" : "outputs_sr") / "00.bin");
      start(load(name, rounding));
      edge_.require_exact = true;
      auto client = std::make_unique<EdgeClient>(graph, graph::KernelSet::portable, edge_);
      for (int split = 0; split <= graph::stage_count(graph); ++split) {
        SCOPED_TRACE(name + " split " + std::to_string(split));
        EXPECT_EQ(client->infer(input, split, graph::exit_count(graph) - 1), golden);
        const bool offloads = !graph::exit_in_head(graph, split, graph::exit_count(graph) - 1);
        EXPECT_EQ(client->answer().place, offloads ? Place::edge : Place::device)
            << to_string(client->answer().cause);
      }
      client.reset();
      stop();
    }
  }
}

TEST_F(EdgeClientTest, NoRecordIsLostWhenTheServerGoesAndComesBack) {
  const graph::Graph graph = load(small);
  const Bytes input = read_file(folder_of(small) / "inputs" / "00.bin");
  const Bytes golden = read_file(folder_of(small) / "outputs" / "00.bin");
  start(load(small));
  const std::uint16_t port = server_->port();
  EdgeClient client(graph, graph::KernelSet::portable, edge_);
  EXPECT_EQ(client.infer(input, 1, 0), golden);
  EXPECT_EQ(client.answer().place, Place::edge);
  stop();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.infer(input, 1, 0), golden);
    EXPECT_EQ(client.answer().cause, Cause::link_down);
  }
  start(load(small), port);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  do {
    EXPECT_EQ(client.infer(input, 1, 0), golden);
  } while (client.answer().place != Place::edge && std::chrono::steady_clock::now() < end);
  EXPECT_EQ(client.answer().place, Place::edge);
}

TEST_F(EdgeClientTest, ADeadlineIsKept) {
  const graph::Graph graph = load(small);
  const Bytes input = read_file(folder_of(small) / "inputs" / "00.bin");
  const Bytes golden = read_file(folder_of(small) / "outputs" / "00.bin");
  start(load(small));
  edge_.deadline_us = 5'000'000;
  EdgeClient client(graph, graph::KernelSet::portable, edge_);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.infer(input, 1, 0), golden);
  EXPECT_EQ(client.statistics().answers[0], 5U);
  EXPECT_EQ(client.statistics().late, 0U);
}

TEST_F(EdgeClientTest, SaysWhyThereIsNoSession) {
  start(load(small));
  EXPECT_NE(complaint(load("mlperf_ad_fc")).find("unsupported"), std::string::npos);
  edge_.psk_file = write("wrong.txt", "sensor-9:" + std::string(64, 'b') + "\n");
  EXPECT_NE(complaint(load(small)).find("not trusted"), std::string::npos);
  edge_.psk_file = write("several.txt", "a:" + std::string(64, 'b') + "\nb:" + std::string(64, 'c') + "\n");
  EXPECT_NE(complaint(load(small)).find("--psk-identity"), std::string::npos);
  edge_.psk_identity = "c";
  EXPECT_NE(complaint(load(small)).find("no key for 'c'"), std::string::npos);
  stop();
  edge_.psk_file = folder_ / "psk.txt";
  edge_.psk_identity.clear();
  EXPECT_NE(complaint(load(small)).find("link down"), std::string::npos);
}

TEST(EdgeOptionsTest, WrongCombinationsAreExplained) {
  const auto complaint = [](const EdgeOptions& options) -> std::string {
    try {
      check(options);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EdgeOptions options;
  EXPECT_EQ(complaint(options), "");
  options.psk_file = "psk.txt";
  EXPECT_NE(complaint(options).find("--edge HOST:PORT is missing"), std::string::npos);
  for (const char* address : {"nohost", "host:", ":1", "::1:80", "[]:1"}) {
    options.address = address;
    EXPECT_NE(complaint(options).find("is not HOST:PORT"), std::string::npos) << address;
  }
  for (const char* address : {"localhost:80", "[::1]:80", "192.0.2.7:4433"}) {
    options.address = address;
    EXPECT_EQ(complaint(options), "") << address;
  }
  options.certificate = "device.pem";
  EXPECT_NE(complaint(options).find("either"), std::string::npos);
  options.psk_file.clear();
  EXPECT_NE(complaint(options).find("together"), std::string::npos);
  options.key = "key.pem";
  options.authority = "ca.pem";
  EXPECT_EQ(complaint(options), "");
  options.plaintext = true;
  EXPECT_NE(complaint(options).find("either"), std::string::npos);
  options.certificate.clear();
  options.key.clear();
  options.authority.clear();
  EXPECT_NE(complaint(options).find("loopback"), std::string::npos);
  options.address = "127.0.0.1:1";
  EXPECT_EQ(complaint(options), "");
}

}  // namespace
}  // namespace coinfer::client
