// SPDX-License-Identifier: Apache-2.0
#include "serve/serve_command.hpp"

#include <mbedtls/version.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "files/files.hpp"
#include "serve/listen_address.hpp"
#include "serve/model_catalog.hpp"
#include "serve/server.hpp"
#include "tls/credential_files.hpp"

namespace coinfer::serve {

namespace {

using graph::RoundingRule;

struct Options {
  CatalogOptions catalog;
  std::string rounding = "both";
  std::string listen = "127.0.0.1:0";
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path client_authority;
  std::filesystem::path psk_file;
  bool plaintext = false;
  unsigned threads = 0;
  std::size_t max_clients = 64;
  std::size_t max_handshakes = 32;
  std::size_t max_per_address = 64;
  std::size_t max_in_flight = 32;
  std::uint32_t window_bytes = 65536;
  unsigned handshake_timeout_s = 10;
  unsigned idle_timeout_s = 60;
  unsigned receive_timeout_s = 30;
  unsigned drain_timeout_s = 10;
  std::filesystem::path stats_file;
  std::string log_level = "warn";
};

std::unique_ptr<tools::tls::ServerContext> make_tls(const Options& options) {
  const int certificate_files =
      !options.certificate.empty() + !options.key.empty() + !options.client_authority.empty();
  if (options.plaintext) {
    if (certificate_files > 0 || !options.psk_file.empty()) {
      throw CLI::ValidationError("--insecure-plaintext", "takes no credentials; drop it or them");
    }
    return nullptr;
  }
  if (certificate_files != 0 && certificate_files != 3) {
    throw CLI::ValidationError("--cert", "--cert, --key and --client-ca are needed together");
  }
  if (certificate_files == 0 && options.psk_file.empty()) {
    throw CLI::ValidationError(
        "--cert", "give --cert, --key and --client-ca, or --psk-file ('coinfer certs' makes them)");
  }
  tools::tls::ServerOptions tls;
  if (certificate_files == 3) {
    tls.certificate_chain = tools::tls::read_credential_file(options.certificate);
    tls.key = tools::tls::read_credential_file(options.key);
    tls.client_authorities = tools::tls::read_credential_file(options.client_authority);
  }
  if (!options.psk_file.empty()) {
    tls.psk = [table = tools::tls::load_psk_file(options.psk_file)](std::string_view identity) {
      return tools::tls::find_psk(table, identity);
    };
  }
  return std::make_unique<tools::tls::ServerContext>(std::move(tls));
}

ServerOptions server_options(const Options& options) {
  const ListenAddress listen = parse_listen_address(options.listen);
  if (options.plaintext && !is_loopback(listen.host)) {
    throw CLI::ValidationError("--insecure-plaintext",
                               "is for the loopback address only; '" + options.listen + "' is not");
  }
  ServerOptions server;
  server.address = listen.host;
  server.port = listen.port;
  server.threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  server.max_clients = options.max_clients;
  server.max_handshakes = options.max_handshakes;
  server.max_per_address = options.max_per_address;
  server.max_in_flight = options.max_in_flight;
  server.drain_timeout_us = std::uint64_t{options.drain_timeout_s} * 1'000'000;
  server.limits.window_bytes = options.window_bytes;
  server.limits.hello_timeout_us = std::uint64_t{options.handshake_timeout_s} * 1'000'000;
  server.limits.receive_timeout_us = std::uint64_t{options.receive_timeout_s} * 1'000'000;
  server.limits.idle_timeout_us = std::uint64_t{options.idle_timeout_s} * 1'000'000;
  return server;
}

void start_log(const std::string& level) {
  auto logger =
      std::make_shared<spdlog::logger>("coinfer", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void warn_about_old_tls() {
  char version[32] = {};  // the library documents at least 9 bytes
  mbedtls_version_get_string(version);
  if (version[0] == '2') {
    spdlog::warn(
        "linked with Mbed TLS {}, which is no longer maintained upstream: keep it patched by your "
        "distribution, "
        "or build with Mbed TLS 3.6",
        version);
  }
}

void report(const Server& server, const Options& options) {
  const std::string json = server.counters().to_json() + "\n";
  std::cout << json << std::flush;
  if (options.stats_file.empty()) return;
  try {
    files::write({{options.stats_file, json}});
  } catch (const std::exception& error) {  // no reason to stop serving
    spdlog::error("--stats-file: {}", error.what());
  }
}

// SIGTERM and SIGINT drain, the second one ends at once; SIGUSR1 reports.
class Signals {
 public:
  Signals(Server& server, const Options& options)
      : server_(server), options_(options), signals_(server.io(), SIGTERM, SIGINT, SIGUSR1) {
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](const asio::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGUSR1) {
        report(server_, options_);
      } else if (draining_) {
        std::_Exit(1);
      } else {
        draining_ = true;
        server_.drain();
      }
      wait();
    });
  }

  Server& server_;
  const Options& options_;
  asio::signal_set signals_;
  bool draining_ = false;
};

void run(const Options& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that went away must not end the service
  start_log(options.log_level);
  ServerOptions for_server = server_options(options);
  std::unique_ptr<tools::tls::ServerContext> tls = make_tls(options);
  if (tls != nullptr) warn_about_old_tls();
  std::vector<std::unique_ptr<LoadedModel>> models = load_models(options.catalog);
  for (const auto& model : models) {
    spdlog::info("serving {} ({} splits, {} exits, {} rounding{})", model->name(), model->stage_count() + 1,
                 model->exit_count(),
                 model->graph().rounding == RoundingRule::double_rounding ? "double" : "single",
                 model->exact() ? ", exact" : ", XNNPACK");
  }
  Server server(std::move(for_server), std::move(models), std::move(tls));
  const Signals signals(server, options);
  std::cout << "listening on " << server.address() << std::endl;
  server.run();
  report(server, options);
}

}  // namespace

void add_serve_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("serve", "Edge peer: run the tails of many devices over mutual TLS");
  command->footer(
      "A device is served under the identity of its model: the .tflite file, the rounding rule and the "
      "grouping of\n"
      "outputs into exits. Any split and exit of it is answered. With --kernels portable or reference the "
      "answers are\n"
      "bit-exact, and devices that require that are served; XNNPACK is faster and at most 1 LSB per stage "
      "away.\n"
      "SIGTERM: finish what is in flight, say goodbye, end. SIGUSR1: counters as one line of JSON.\n"
      "Example:\n"
      "  coinfer certs --help\n"
      "  coinfer serve --model kws.tflite --listen 127.0.0.1:7001 --cert edge.pem --key edge.key.pem "
      "--client-ca ca.pem");
  command->add_option("--model", options->catalog.models, "Full-integer .tflite file; may be repeated")
      ->required();
  command->add_option("--listen", options->listen,
                      "HOST:PORT, numeric; port 0 takes a free one (default 127.0.0.1:0)");
  command->add_option("--cert", options->certificate, "This server's certificate chain, PEM or DER");
  command->add_option("--key", options->key, "Its private key");
  command->add_option("--client-ca", options->client_authority,
                      "Authority that signed the devices' certificates");
  command->add_option("--psk-file", options->psk_file,
                      "Pre-shared keys, one 'identity:hexadecimal key' per line");
  command->add_flag("--insecure-plaintext", options->plaintext,
                    "No TLS; for tests, on the loopback address only");
  const std::map<std::string, tail::Kernels> sets{{"reference", tail::Kernels::reference},
                                                  {"portable", tail::Kernels::portable},
                                                  {"xnnpack", tail::Kernels::xnnpack}};
  command->add_option("--kernels", options->catalog.kernels, "Arithmetic of the tails (default xnnpack)")
      ->transform(CLI::CheckedTransformer(sets))
      ->option_text("xnnpack|portable|reference");
  command->add_option("--rounding", options->rounding, "Rounding rules to serve (default both)")
      ->check(CLI::IsMember({"double", "single", "both"}))
      ->option_text("double|single|both");
  command->add_option(
      "--exits", options->catalog.exits,
      "Also serve this grouping of outputs, 'a;b;c,d' ('MODEL=a;b' with several models); may be repeated");
  command->add_option("--split-table", options->catalog.tables,
                      "Give it to the devices of its model that follow an older one ('coinfer plan --table "
                      "--table-version'); may be repeated");
  command->add_option("--threads", options->threads, "Threads that compute (default: one per processor)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--max-clients", options->max_clients, "Connections at a time (default 64)")
      ->check(CLI::Range(1, 100000));
  command
      ->add_option("--max-handshakes", options->max_handshakes,
                   "Connections before the end of their handshake; the oldest gives way (default 32)")
      ->check(CLI::Range(1, 100000));
  command
      ->add_option("--max-per-address", options->max_per_address,
                   "Connections of one address; raise it for devices behind one gateway (default 64)")
      ->check(CLI::Range(1, 100000));
  command
      ->add_option("--max-in-flight", options->max_in_flight,
                   "Inferences at a time, queue included (default 32)")
      ->check(CLI::Range(1, 100000));
  command
      ->add_option("--window-bytes", options->window_bytes,
                   "Payload a device may have under way (default 65536)")
      ->check(CLI::Range(16384, 16 * 1024 * 1024));
  command
      ->add_option("--handshake-timeout-s", options->handshake_timeout_s,
                   "From connection to session (default 10)")
      ->check(CLI::Range(1, 3600));
  command
      ->add_option("--receive-timeout-s", options->receive_timeout_s,
                   "For a whole feature without a deadline (default 30)")
      ->check(CLI::Range(1, 3600));
  command->add_option("--idle-timeout-s", options->idle_timeout_s, "Without a complete frame (default 60)")
      ->check(CLI::Range(1, 86400));
  command
      ->add_option("--drain-timeout-s", options->drain_timeout_s,
                   "For inferences in flight after SIGTERM (default 10)")
      ->check(CLI::Range(0, 3600));
  command->add_option("--stats-file", options->stats_file, "Also write the counters here");
  command->add_option("--log-level", options->log_level, "On standard error (default warn)")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->option_text("debug|info|warn|error|off");
  command->callback([options] {
    if (options->rounding != "single") options->catalog.roundings.push_back(RoundingRule::double_rounding);
    if (options->rounding != "double") options->catalog.roundings.push_back(RoundingRule::single_rounding);
    run(*options);
  });
}

}  // namespace coinfer::serve
