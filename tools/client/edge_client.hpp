// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/session.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "client/graph_device.hpp"
#include "client/secure_link.hpp"

namespace coinfer::client {

// A host program as the device of an edge peer: head here, tail there, by the same session as firmware has.
class EdgeClient {
 public:
  // Connects. Throws std::runtime_error that says why there is no session with the edge peer.
  EdgeClient(const graph::Graph& graph, graph::KernelSet kernels, const EdgeOptions& options);

  // `record`: the network's inputs in graph order. Returns the exit's outputs in graph order.
  std::vector<std::uint8_t> infer(std::span<const std::uint8_t> record, int split, int exit);

  const Answer& answer() const { return session_.answer(); }
  SessionStatistics statistics() const { return session_.statistics(); }

 private:
  void connect(const std::string& address);

  const std::uint32_t deadline_us_;
  GraphDevice device_;
  std::unique_ptr<SecureLink> link_;
  SessionOptions options_;
  Session<GraphDevice, Fallback::full, 16384> session_;  // a whole TLS record
};

}  // namespace coinfer::client
