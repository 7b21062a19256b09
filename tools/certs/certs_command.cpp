// SPDX-License-Identifier: Apache-2.0
#include "certs/certs_command.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "certs/identity_files.hpp"
#include "certs/issue.hpp"
#include "files/files.hpp"
#include "tls/credential_files.hpp"
#include "tls/random.hpp"

namespace coinfer::tools::certs {
namespace {

constexpr std::time_t day_s = 86'400;
constexpr std::time_t clock_skew_s = 3600;  // a device's clock may be late
constexpr size_t psk_bytes = 32;
constexpr const char* authority_name = "ca";
constexpr const char* psk_file_name = "psk.txt";

struct Options {
  std::filesystem::path output = "certs";
  std::vector<std::string> edges;
  std::vector<std::string> devices;
  std::vector<std::string> psks;
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  int days = 365;
  int authority_days = 3650;
  bool header = false;
  bool force = false;
  bool quiet = false;
};

std::string date(std::time_t time) {
  std::tm utc = {};
  gmtime_r(&time, &utc);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
  return text.data();
}

// What will be written, and what the user is told about it.
struct Plan {
  std::vector<files::Output> outputs;
  std::vector<std::string> report;
};

// The authority of the folder, or a new one.
Identity authority(const Options& options, std::time_t now, tls::Random& random, Plan& plan) {
  if (std::filesystem::exists(options.output / (std::string(authority_name) + ".pem"))) {
    Identity found = load_identity(options.output, authority_name, random);
    plan.report.push_back("ca.pem        authority (was there), until " + date(expiry(found)));
    return found;
  }
  Identity made = issue({Role::authority,
                         "coinfer test authority",
                         {},
                         now - clock_skew_s,
                         now + options.authority_days * day_s},
                        nullptr, random);
  for (auto& file : identity_files(options.output, authority_name, made))
    plan.outputs.push_back(std::move(file));
  plan.report.push_back("ca.pem        authority, until " + date(expiry(made)));
  return made;
}

void add_identity(const Options& options, Role role, const std::string& name, const Identity& issuer,
                  std::time_t now, tls::Random& random, Plan& plan) {
  const bool edge = role == Role::edge;
  const std::time_t end = now + options.days * day_s;
  if (end > expiry(issuer)) {
    throw CLI::ValidationError("--days", "the authority ends on " + date(expiry(issuer)) +
                                             "; give fewer days, or another folder for a new authority");
  }
  const Identity made =
      issue({role, name, edge ? options.names : std::vector<std::string>(), now - clock_skew_s, end}, &issuer,
            random);
  for (auto& file : identity_files(options.output, name, made)) plan.outputs.push_back(std::move(file));
  if (options.header && !edge) plan.outputs.push_back(credentials_header(options.output, name, made, issuer));
  std::string line =
      name + ".pem, " + name + ".key.pem  " + (edge ? "edge peer" : "device") + ", until " + date(end);
  if (edge) {
    line += ", reached as";
    for (const std::string& reached_as : options.names) line += " " + reached_as;
  }
  plan.report.push_back(std::move(line));
}

// All pre-shared keys of a folder are in one file, which a server reads as a whole.
void add_psks(const Options& options, tls::Random& random, Plan& plan) {
  const std::filesystem::path path = options.output / psk_file_name;
  tls::PskTable table;
  if (std::filesystem::exists(path)) table = tls::load_psk_file(path);
  for (const std::string& name : options.psks) {
    if (table.contains(name) && !options.force) {
      throw std::runtime_error(path.string() + ": has a key for '" + name + "' already; --force replaces it");
    }
    std::vector<uint8_t> key(psk_bytes);
    random.fill(key);
    if (options.header) plan.outputs.push_back(psk_header(options.output, name, key));
    table[name] = std::move(key);
  }
  std::string text = "# identity:key\n";
  for (const auto& [name, key] : table) text += name + ":" + to_hex(key) + "\n";
  plan.outputs.push_back({path, text, true});
  plan.report.push_back(std::string(psk_file_name) + "       pre-shared keys of " +
                        std::to_string(table.size()) + " device(s)");
}

void check_names(const Options& options) {
  std::vector<std::string> all = options.edges;
  all.insert(all.end(), options.devices.begin(), options.devices.end());
  for (const std::string& name : all) {
    if (name == authority_name) throw CLI::ValidationError("'ca' is the name of the authority's files");
    if (std::count(all.begin(), all.end(), name) > 1) {
      throw CLI::ValidationError("'" + name + "' is given twice");
    }
  }
}

void check_overwriting(const Options& options, const Plan& plan) {
  if (options.force) return;
  for (const files::Output& output : plan.outputs) {
    if (output.path.filename() == psk_file_name) continue;  // its old lines were kept
    if (std::filesystem::exists(output.path)) {
      throw std::runtime_error(output.path.string() + ": is there already; --force replaces it");
    }
  }
}

void run(Options options) {
  if (options.edges.empty() && options.devices.empty() && options.psks.empty()) {
    options.edges = {"edge"};
    options.devices = {"device"};
  }
  check_names(options);
  tls::Random random;
  Plan plan;
  if (!options.edges.empty() || !options.devices.empty()) {
    const std::time_t now = std::time(nullptr);
    const Identity issuer = authority(options, now, random, plan);
    for (const auto& name : options.edges) add_identity(options, Role::edge, name, issuer, now, random, plan);
    for (const auto& name : options.devices)
      add_identity(options, Role::device, name, issuer, now, random, plan);
  }
  if (!options.psks.empty()) add_psks(options, random, plan);
  check_overwriting(options, plan);
  files::write(plan.outputs);
  if (options.quiet) return;
  std::cout << "In " << options.output.string() << ":\n";
  for (const std::string& line : plan.report) std::cout << "  " << line << "\n";
}

// Names become file names, C++ identifiers and common names.
std::string check_name(const std::string& name) {
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '.' && c != '_' && c != '-')
      return "'" + name + "': only letters, digits, '.', '_', '-'";
  }
  if (name.empty() || name.size() > 64 || name.front() == '.' || name.front() == '-') {
    return "'" + name + "': must have 1 to 64 characters and start with a letter or digit";
  }
  return {};
}

}  // namespace

void add_certs_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("certs", "Make a test authority, certificates and pre-shared keys");
  command->footer(
      "Without --edge, --device and --psk: an edge peer 'edge' and a device 'device'. An authority that is "
      "in the\n"
      "folder already signs the new certificates too. Keys are EC P-256 and readable by their owner only.\n"
      "Writes per name: NAME.pem, NAME.key.pem and the same as DER; for pre-shared keys: psk.txt.\n"
      "Good for tests and small installations: there is no revocation.\n"
      "Examples:\n"
      "  coinfer certs -o certs\n"
      "  coinfer certs -o certs --edge hall-3 --san edge.example.org --san 192.0.2.7 --days 90\n"
      "  coinfer certs -o certs --device camera-1 --device camera-2 --header\n"
      "  coinfer certs -o certs --psk sensor-9 --header");
  command->add_option("-o,--output", options->output, "Folder for the files")->capture_default_str();
  command->add_option("--edge", options->edges, "Name of an edge peer (repeat for more)")->check(check_name);
  command->add_option("--device", options->devices, "Name of a device (repeat for more)")->check(check_name);
  command->add_option("--psk", options->psks, "Name of a device with a pre-shared key (repeat for more)")
      ->check(check_name);
  command
      ->add_option("--san", options->names,
                   "DNS name or IP address under which devices reach the edge peer (repeat)")
      ->capture_default_str();
  command->add_option("--days", options->days, "Validity of certificates")
      ->check(CLI::Range(1, 36500))
      ->capture_default_str();
  command->add_option("--ca-days", options->authority_days, "Validity of a new authority")
      ->check(CLI::Range(1, 36500))
      ->capture_default_str();
  command->add_flag("--header", options->header,
                    "Also write a C++ header with the credentials of each device");
  command->add_flag("--force", options->force, "Replace files that are there");
  command->add_flag("-q,--quiet", options->quiet, "Do not list what was written");
  command->callback([options] { run(*options); });
}

}  // namespace coinfer::tools::certs
