// SPDX-License-Identifier: Apache-2.0
// `coinfer certs`: what it writes is trusted, protected and never overwritten by accident.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "certs/certs_command.hpp"
#include "files/files.hpp"
#include "tls/credential_files.hpp"
#include "tls_fixture.hpp"

namespace coinfer::tests {
namespace {

namespace fs = std::filesystem;
using tools::tls::ServerContext;

class Certs : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "coinfer_certs_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { fs::remove_all(folder); }

  // Throws what the command throws.
  void run(std::vector<std::string> arguments) {
    CLI::App app;
    tools::certs::add_certs_command(app);
    arguments.insert(arguments.begin(), {"certs", "--quiet", "-o", folder.string()});
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    app.parse(arguments);
  }

  std::vector<uint8_t> bytes(const char* name) const { return files::read(folder / name); }

  fs::path folder;
};

TEST_F(Certs, DefaultIdentitiesMakeALink) {
  run({});
  tools::tls::ServerOptions options;
  options.certificate_chain = bytes("edge.pem");
  options.key = bytes("edge.key.pem");
  options.client_authorities = bytes("ca.pem");
  ServerContext context(std::move(options));
  MemoryTransport transport(context);
  for (const char* server : {"localhost", "127.0.0.1", "::1"}) {
    for (const bool der : {false, true}) {
      const tools::tls::ClientCertificateFiles files(
          folder / (der ? "ca.der" : "ca.pem"), folder / (der ? "device.der" : "device.pem"),
          folder / (der ? "device.key.der" : "device.key.pem"), server);
      CertificateClient client(transport.connector(), files.view());
      EXPECT_EQ(connect_and_exchange(client.connector()), Status::ok) << server;
      EXPECT_EQ(transport.server->identity().name, "device");
    }
  }
  const tools::tls::ClientCertificateFiles other(folder / "ca.pem", folder / "device.pem",
                                                 folder / "device.key.pem", "192.0.2.1");
  CertificateClient client(transport.connector(), other.view());
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::not_trusted);
}

TEST_F(Certs, AuthorityOfTheFolderSignsLaterIdentities) {
  run({});
  const auto authority = bytes("ca.pem");
  run({"--edge", "edge-2", "--san", "edge.example.org", "--device", "camera", "--days", "1"});
  EXPECT_EQ(bytes("ca.pem"), authority);
  tools::tls::ServerOptions options;
  options.certificate_chain = bytes("edge-2.der");
  options.key = bytes("edge-2.key.der");
  options.client_authorities = bytes("ca.der");
  ServerContext context(std::move(options));
  MemoryTransport transport(context);
  for (const char* server : {"edge.example.org", "localhost"}) {
    const tools::tls::ClientCertificateFiles files(folder / "ca.pem", folder / "camera.pem",
                                                   folder / "camera.key.pem", server);
    CertificateClient client(transport.connector(), files.view());
    const bool named = std::string_view(server) == "edge.example.org";
    EXPECT_EQ(connect_and_exchange(client.connector()), named ? Status::ok : Status::not_trusted);
  }
}

TEST_F(Certs, SecretsAreTheOwnersOnly) {
  run({"--edge", "e", "--device", "d", "--psk", "p", "--header"});
  int secrets = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool secret = name.find(".key.") != std::string::npos || name.find("psk") != std::string::npos ||
                        name.find("_credentials") != std::string::npos;
    struct stat status = {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_TRUE(!secret || (status.st_mode & 0777) == 0600U) << name;
    secrets += secret;
  }
  EXPECT_EQ(secrets, 9);  // three keys twice, the device's header, psk.txt and its header
}

TEST_F(Certs, OverwritesOnlyByForce) {
  run({"--device", "d", "--psk", "p"});
  const auto certificate = bytes("d.pem");
  const auto keys = bytes("psk.txt");
  EXPECT_THROW(run({"--device", "other", "--device", "d"}), std::runtime_error);
  EXPECT_FALSE(fs::exists(folder / "other.pem"));  // all or nothing
  EXPECT_THROW(run({"--psk", "p"}), std::runtime_error);
  EXPECT_EQ(bytes("d.pem"), certificate);
  EXPECT_EQ(bytes("psk.txt"), keys);
  run({"--device", "d", "--psk", "p", "--force"});
  EXPECT_NE(bytes("d.pem"), certificate);
  EXPECT_NE(bytes("psk.txt"), keys);
}

TEST_F(Certs, PskFileGrowsAndMakesALink) {
  run({"--psk", "first"});
  run({"--psk", "second"});
  const auto table = tools::tls::load_psk_file(folder / "psk.txt");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_NE(table.at("first"), table.at("second"));
  tools::tls::ServerOptions options;
  options.psk = [&](std::string_view identity) { return tools::tls::find_psk(table, identity); };
  ServerContext context(std::move(options));
  MemoryTransport transport(context);
  const Psk second = {"second", table.at("second")};
  PskClient client(transport.connector(), second.view());
  EXPECT_EQ(connect_and_exchange(client.connector()), Status::ok);
}

TEST_F(Certs, WrongUseIsExplained) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--device", "a/b"},
                                             {"--device", ".."},
                                             {"--device", "ca"},
                                             {"--days", "0"},
                                             {"--edge", "x", "--device", "x"},
                                             {"--ca-days", "10", "--days", "11"}}) {
    EXPECT_THROW(run(arguments), CLI::ParseError) << arguments[0] << arguments[1];
  }
  EXPECT_THROW(run({"--edge", "e", "--san", "no name"}), std::runtime_error);
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(Certs, DamagedCredentialFilesAreNamed) {
  run({"--device", "d", "--device", "other"});
  const auto message = [&](const char* authority, const char* certificate, const char* key) -> std::string {
    try {
      const tools::tls::ClientCertificateFiles files(folder / authority, folder / certificate, folder / key,
                                                     "e");
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(message("absent.pem", "d.pem", "d.key.pem").find("absent.pem"), std::string::npos);
  EXPECT_NE(message("ca.pem", "d.key.pem", "d.key.pem").find("d.key.pem: not a certificate"),
            std::string::npos);
  EXPECT_NE(message("ca.pem", "d.pem", "d.pem").find("d.pem: not an unencrypted private key"),
            std::string::npos);
  EXPECT_NE(message("ca.pem", "d.pem", "other.key.pem").find("other.key.pem"), std::string::npos);
}

TEST_F(Certs, PskFileErrorsNameTheLine) {
  const std::string key(32, 'a');
  const std::string good = "d:" + key + "\n";
  for (const std::string& text : std::vector<std::string>{"no colon\n", "d:xy\n", "d:" + key.substr(2) + "\n",
                                                          "a b:" + key + "\n", good + good, "# nothing\n"}) {
    files::write({{folder / "bad.txt", text, true}});
    EXPECT_THROW((void)tools::tls::load_psk_file(folder / "bad.txt"), std::runtime_error) << text;
  }
  files::write({{folder / "good.txt", "# c\r\n\nd:e:" + key + "\r\n", true}});
  EXPECT_EQ(tools::tls::load_psk_file(folder / "good.txt").count("d:e"), 1U);
}

}  // namespace
}  // namespace coinfer::tests
