// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/link.hpp>
#include <filesystem>
#include <memory>
#include <string>

namespace coinfer::client {

// Where the edge peer is and how the two know each other, as given on the command line.
struct EdgeOptions {
  std::string address;  // HOST:PORT or [IPv6]:PORT; empty: none
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;
  std::string server_name;  // empty: the host of the address
  std::filesystem::path psk_file;
  std::string psk_identity;  // empty: the only one in the file
  bool plaintext = false;
  bool require_exact = false;
  std::uint32_t deadline_us = 0;
};

struct Endpoint {
  std::string host;
  std::string port;
};

// Throws std::invalid_argument.
Endpoint parse_endpoint(const std::string& address);
// Every missing or contradicting option is a std::invalid_argument that says what to give.
void check(const EdgeOptions& options);

// TLS over TCP to the edge peer, or bare TCP on the loopback address.
class SecureLink {
 public:
  virtual ~SecureLink() = default;
  virtual Connector connector() = 0;
};

// Reads the credentials and resolves the name; connects nothing. Throws std::runtime_error.
std::unique_ptr<SecureLink> make_link(const EdgeOptions& options);

}  // namespace coinfer::client
