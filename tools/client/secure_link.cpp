// SPDX-License-Identifier: Apache-2.0
#include "client/secure_link.hpp"

#include <coinfer/tls/certificate_auth.hpp>
#include <coinfer/tls/client.hpp>
#include <coinfer/tls/psk_auth.hpp>
#include <posix/clock.hpp>
#include <posix/entropy.hpp>
#include <posix/tcp.hpp>
#include <stdexcept>

#include "tls/credential_files.hpp"

namespace coinfer::client {
namespace {

void resolve(port::posix::TcpConnector& tcp, const EdgeOptions& options) {
  const Endpoint endpoint = parse_endpoint(options.address);
  if (tcp.resolve(endpoint.host.c_str(), endpoint.port.c_str()) != Status::ok)
    throw std::runtime_error(options.address + ": the host or the port is unknown");
}

class PlaintextLink : public SecureLink {
 public:
  explicit PlaintextLink(const EdgeOptions& options) { resolve(tcp_, options); }
  Connector connector() override { return tcp_.connector(); }

 private:
  port::posix::TcpConnector tcp_;
};

// What a TLS client needs, read from files; it must stay where it is as long as the client.
class CertificateSource {
 public:
  explicit CertificateSource(const EdgeOptions& options)
      : files_(options.authority, options.certificate, options.key,
               options.server_name.empty() ? parse_endpoint(options.address).host : options.server_name) {}
  coinfer::tls::CertificateCredentials view() const { return files_.view(); }

 private:
  tools::tls::ClientCertificateFiles files_;
};

class PskSource {
 public:
  explicit PskSource(const EdgeOptions& options) : table_(tools::tls::load_psk_file(options.psk_file)) {
    const std::string file = options.psk_file.string();
    if (options.psk_identity.empty() && table_.size() != 1) {
      throw std::invalid_argument(file + ": has " + std::to_string(table_.size()) +
                                  " keys; choose one with --psk-identity");
    }
    entry_ = options.psk_identity.empty() ? table_.begin() : table_.find(options.psk_identity);
    if (entry_ == table_.end())
      throw std::invalid_argument(file + ": has no key for '" + options.psk_identity + "'");
  }
  coinfer::tls::PskCredentials view() const {
    const auto& [identity, key] = *entry_;
    return {reinterpret_cast<const std::uint8_t*>(identity.data()), identity.size(), key.data(), key.size()};
  }

 private:
  tools::tls::PskTable table_;
  tools::tls::PskTable::const_iterator entry_;
};

template <class Auth, class Source>
class TlsLink : public SecureLink {
 public:
  explicit TlsLink(const EdgeOptions& options) : source_(options) {
    resolve(tcp_, options);
    const Status status = client_.begin({tcp_.connector(), port::posix::monotonic_clock(),
                                         port::posix::kernel_entropy(), source_.view(), nullptr});
    if (status == Status::ok) return;
    const int error = client_.last_error();
    client_.end();
    throw std::runtime_error((options.psk_file.empty() ? options.certificate : options.psk_file).string() +
                             ": these credentials cannot be used: " + to_string(status) +
                             " (Mbed TLS error " + std::to_string(error) + ")");
  }
  ~TlsLink() override { client_.end(); }
  Connector connector() override { return client_.connector(); }

 private:
  Source source_;
  port::posix::TcpConnector tcp_;
  coinfer::tls::Client<Auth> client_;
};

bool is_loopback(const std::string& host) {
  return host == "::1" || host == "localhost" || host.rfind("127.", 0) == 0;
}

}  // namespace

Endpoint parse_endpoint(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  Endpoint endpoint;
  if (colon != std::string::npos) endpoint = {address.substr(0, colon), address.substr(colon + 1)};
  const bool bracketed =
      endpoint.host.size() >= 2 && endpoint.host.front() == '[' && endpoint.host.back() == ']';
  if (bracketed) {
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  } else if (endpoint.host.find(':') != std::string::npos) {
    endpoint.host.clear();
  }
  if (endpoint.host.empty() || endpoint.port.empty())
    throw std::invalid_argument("--edge: '" + address + "' is not HOST:PORT (an IPv6 address stands in [ ])");
  return endpoint;
}

void check(const EdgeOptions& options) {
  const int files = !options.certificate.empty() + !options.key.empty() + !options.authority.empty();
  const bool psk = !options.psk_file.empty();
  const bool any = files != 0 || psk || options.plaintext || options.require_exact ||
                   options.deadline_us != 0 || !options.server_name.empty() || !options.psk_identity.empty();
  if (options.address.empty()) {
    if (any) throw std::invalid_argument("--edge HOST:PORT is missing: the other options of a link need it");
    return;
  }
  const Endpoint endpoint = parse_endpoint(options.address);
  if (static_cast<int>(files != 0) + static_cast<int>(psk) + static_cast<int>(options.plaintext) != 1) {
    throw std::invalid_argument(
        "--edge needs either --cert, --key and --ca, or --psk-file ('coinfer certs' makes them)");
  }
  if (files != 0 && files != 3) throw std::invalid_argument("--cert, --key and --ca are needed together");
  if (options.plaintext && !is_loopback(endpoint.host)) {
    throw std::invalid_argument("--insecure-plaintext is for the loopback address only; '" + endpoint.host +
                                "' is not");
  }
}

std::unique_ptr<SecureLink> make_link(const EdgeOptions& options) {
  if (options.plaintext) return std::make_unique<PlaintextLink>(options);
  if (!options.psk_file.empty()) return std::make_unique<TlsLink<coinfer::tls::PskAuth, PskSource>>(options);
  return std::make_unique<TlsLink<coinfer::tls::CertificateAuth, CertificateSource>>(options);
}

}  // namespace coinfer::client
