// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/session/network.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "graph/executor.hpp"
#include "graph/graph.hpp"

namespace coinfer::client {

// A run-time graph as the device of a Session: the host's counterpart of Device<Model>. The graph must
// outlive it.
class GraphDevice {
 public:
  // Throws std::invalid_argument for a network with more outputs than a session takes.
  GraphDevice(const graph::Graph& graph, graph::KernelSet kernels);

  const graph::Graph& graph() const { return graph_; }
  graph::Executor& executor() { return executor_; }
  const graph::Executor& executor() const { return executor_; }
  bool needs(int exit, int stage) const {
    return needed_[static_cast<std::size_t>(exit)][static_cast<std::size_t>(stage)];
  }
  int exit_of_output(int output) const { return exit_of_output_[static_cast<std::size_t>(output)]; }
  int output_stage(int output) const { return output_stage_[static_cast<std::size_t>(output)]; }
  std::span<const std::uint8_t> output(int output) const;

 private:
  const graph::Graph& graph_;
  graph::Executor executor_;
  std::vector<std::vector<bool>> needed_;  // by exit and stage
  std::vector<int> exit_of_output_;
  std::vector<int> output_stage_;
};

}  // namespace coinfer::client

namespace coinfer {

template <>
struct SessionNetwork<client::GraphDevice> {
  using Device = client::GraphDevice;
  static constexpr Fallback fallback = Fallback::full;
  static constexpr bool first_run_is_slow = true;  // page faults of fresh tensors

  struct Memory {
    std::vector<std::uint8_t> answer;
    std::vector<std::uint32_t> stage_us;
    void bind(const Device& device);
  };

  static const std::uint8_t* identity(const Device& device) { return device.graph().identity.data(); }
  static int stage_count(const Device& device) { return static_cast<int>(device.graph().stages.size()); }
  static int max_split(const Device& device) { return stage_count(device); }
  static int exit_count(const Device& device) { return static_cast<int>(device.graph().exits.size()); }
  static int output_count(const Device& device) { return static_cast<int>(device.graph().outputs.size()); }
  static bool needs(const Device& device, int exit, int stage) { return device.needs(exit, stage); }
  static int exit_of_output(const Device& device, int output) { return device.exit_of_output(output); }
  static int output_stage(const Device& device, int output) { return device.output_stage(output); }
  static std::uint32_t output_bytes(const Device& device, int output) {
    return static_cast<std::uint32_t>(device.output(output).size());
  }
  static const std::uint8_t* output(const Device& device, int output) { return device.output(output).data(); }
  static bool crossing(const Device& device, int split, int exit, detail::ExchangePlan& plan);
  static void run_stage(Device& device, int stage) { device.executor().run_stage(stage); }
};

}  // namespace coinfer
