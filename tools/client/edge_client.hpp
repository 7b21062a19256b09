// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/session.hpp>
#include <coinfer/split_selector.hpp>
#include <coinfer/split_table_slot.hpp>
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

  // The same where a split table says, for the deadline of the options. `table` must outlive this.
  void follow(const SplitTable& table, const Conditions& start);
  std::vector<std::uint8_t> infer(std::span<const std::uint8_t> record);
  // What the last one was expected to take, by the table and the conditions estimated before it.
  std::uint64_t expected_us() const { return expected_us_; }
  const Conditions& conditions() const { return selector_.conditions(); }

  // Lets time pass; the link is kept alive meanwhile.
  void idle(std::uint64_t us);

  const Answer& answer() const { return session_.answer(); }
  SessionStatistics statistics() const { return session_.statistics(); }

 private:
  void connect(const std::string& address);
  std::vector<std::uint8_t> infer(std::span<const std::uint8_t> record, const Request& request);

  const std::uint32_t deadline_us_;
  GraphDevice device_;
  std::unique_ptr<SecureLink> link_;
  SessionOptions options_;
  Session<GraphDevice, Fallback::full, 16384> session_;  // a whole TLS record
  const SplitTable* table_ = nullptr;
  SplitSelector<> selector_;
  std::uint64_t expected_us_ = 0;
};

}  // namespace coinfer::client
