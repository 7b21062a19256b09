// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "client/secure_link.hpp"

namespace coinfer::client {

inline void add_edge_options(CLI::App& command, EdgeOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Edge peer");
  group.add_option("--edge", options.address, "HOST:PORT of 'coinfer serve'");
  group.add_option("--cert", options.certificate, "Our certificate chain, PEM or DER");
  group.add_option("--key", options.key, "Its private key");
  group.add_option("--ca", options.authority, "Authority that signed the edge peer's certificate");
  group.add_option("--server-name", options.server_name,
                   "Name or address in the edge peer's certificate (default: the host of --edge)");
  group.add_option("--psk-file", options.psk_file,
                   "Instead of certificates: pre-shared keys, one 'identity:hexadecimal key' per line");
  group.add_option("--psk-identity", options.psk_identity, "Which of them (default: the only one)");
  group.add_flag("--insecure-plaintext", options.plaintext,
                 "No TLS; for tests, on the loopback address only");
  group.add_flag("--require-exact", options.require_exact,
                 "Only with an edge peer whose arithmetic is bit-exact (--kernels portable)");
  group.add_option("--deadline-us", options.deadline_us,
                   "Per record; finished here when the edge peer would be late (default: none)");
}

}  // namespace coinfer::client
