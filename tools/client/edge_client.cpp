// SPDX-License-Identifier: Apache-2.0
#include "client/edge_client.hpp"

#include <algorithm>
#include <posix/clock.hpp>
#include <posix/entropy.hpp>
#include <stdexcept>
#include <string>

namespace coinfer::client {

EdgeClient::EdgeClient(const graph::Graph& graph, graph::KernelSet kernels, const EdgeOptions& options)
    : deadline_us_(options.deadline_us), device_(graph, kernels), link_(make_link(options)) {
  options_.require_exact = options.require_exact;
  options_.agent = "coinfer run";
  session_.bind(device_, link_->connector(), port::posix::monotonic_clock(), port::posix::kernel_entropy(),
                options_);
  if (deadline_us_ != 0) session_.calibrate();
  connect(options.address);
}

// The first failure is reported; a program that a person waits for does not back off.
void EdgeClient::connect(const std::string& address) {
  constexpr std::uint32_t look_us = 50'000, give_up_us = 15'000'000;
  for (std::uint32_t waited_us = 0; waited_us < give_up_us; waited_us += look_us) {
    if (session_.connect(look_us) == Status::ok) return;
    if (session_.statistics().failed_connections != 0) break;
  }
  throw std::runtime_error(address + ": no session with the edge peer: " + to_string(session_.link_cause()));
}

std::vector<std::uint8_t> EdgeClient::infer(std::span<const std::uint8_t> record, int split, int exit) {
  return infer(record, {split, exit, deadline_us_});
}

void EdgeClient::follow(const SplitTable& table, const Conditions& start) {
  table_ = &table;
  selector_.bind(table, start);
}

std::vector<std::uint8_t> EdgeClient::infer(std::span<const std::uint8_t> record) {
  const Request request = selector_.next(session_, deadline_us_);
  expected_us_ = 0;
  if (selector_.chosen() != no_candidate) {
    Conditions now = selector_.conditions();
    now.link = session_.link_state();
    const SplitCandidate& way = table_->candidates[selector_.chosen()];
    expected_us_ = (std::uint64_t{ScaledConditions(*table_, now).worst(way)} << table_->time_shift) / 1000;
  }
  std::vector<std::uint8_t> outputs = infer(record, request);
  selector_.learn(session_);
  return outputs;
}

std::vector<std::uint8_t> EdgeClient::infer(std::span<const std::uint8_t> record, const Request& request) {
  graph::load_record(device_.executor(), device_.graph(), record);
  static_cast<void>(session_.infer(request));  // a whole network here: never without answer
  std::vector<std::uint8_t> outputs;
  for (int o = 0; o < static_cast<int>(device_.graph().outputs.size()); ++o) {
    const std::uint8_t* bytes = session_.output(o);
    if (bytes != nullptr) outputs.insert(outputs.end(), bytes, bytes + device_.output(o).size());
  }
  return outputs;
}

void EdgeClient::idle(std::uint64_t us) {
  constexpr std::uint32_t look_us = 10'000;
  const std::uint64_t end_us = session_.now_us() + us;
  for (std::uint64_t now = session_.now_us(); now < end_us; now = session_.now_us())
    static_cast<void>(
        session_.poll(static_cast<std::uint32_t>(std::min<std::uint64_t>(end_us - now, look_us))));
}

}  // namespace coinfer::client
