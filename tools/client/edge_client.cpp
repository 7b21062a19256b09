// SPDX-License-Identifier: Apache-2.0
#include "client/edge_client.hpp"

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
  graph::load_record(device_.executor(), device_.graph(), record);
  static_cast<void>(
      session_.infer({split, exit, deadline_us_}));  // a whole network here: never without answer
  std::vector<std::uint8_t> outputs;
  for (int o = 0; o < static_cast<int>(device_.graph().outputs.size()); ++o) {
    const std::uint8_t* bytes = session_.output(o);
    if (bytes != nullptr) outputs.insert(outputs.end(), bytes, bytes + device_.output(o).size());
  }
  return outputs;
}

}  // namespace coinfer::client
