// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/device.hpp>
#include <coinfer/session/exchange.hpp>
#include <coinfer/topology.hpp>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer {

// What a session needs to know of a network and of the machine that runs its stages. This is the one of a
// Device, whose topology is a type; another kind of device specializes it with the same members.
template <class Device>
struct SessionNetwork {
  using Model = typename Device::Model;
  using Net = typename Device::Net;

  static constexpr Fallback fallback = Device::fallback;
  // Kernels that prepare themselves at their first run would make every stage look slow.
  static constexpr bool first_run_is_slow = detail::RunsSegments<typename Device::Kernels>::value;
  static constexpr bool answer_fits = Net::output_count <= detail::max_answer_slots;
  static_assert(answer_fits, "coinfer: a session can take at most 16 outputs of a network");

  // Bytes that the outputs of one exit take at most, each at a multiple of detail::answer_alignment.
  static constexpr uint32_t answer_capacity() {
    uint32_t most = 0;
    for (int exit = 0; exit < Net::exit_count; ++exit) {
      uint32_t sum = 0;
      for (int o = 0; o < Net::output_count; ++o) {
        if (Model::exit_of_output[o] == exit) sum += detail::aligned_answer_bytes(output_bytes_of(o));
      }
      if (sum > most) most = sum;
    }
    return most;
  }

  // RAM that a session holds for one network.
  struct Memory {
    alignas(detail::answer_alignment) uint8_t answer[answer_capacity()] = {};
    uint32_t stage_us[Device::max_split > 0 ? Device::max_split : 1] = {};
    static void bind(const Device& /*device*/) {}
  };

  static const uint8_t* identity(const Device& /*device*/) { return Model::identity; }
  static constexpr int stage_count(const Device& /*device*/) { return Net::stage_count; }
  static constexpr int max_split(const Device& /*device*/) { return Device::max_split; }
  static constexpr int exit_count(const Device& /*device*/) { return Net::exit_count; }
  static constexpr int output_count(const Device& /*device*/) { return Net::output_count; }
  static bool needs(const Device& /*device*/, int exit, int stage) { return Device::needed[exit][stage]; }

  static int exit_of_output(const Device& /*device*/, int output) { return Model::exit_of_output[output]; }
  static uint32_t output_bytes(const Device& /*device*/, int output) { return output_bytes_of(output); }
  // Stage that makes an output; -1: none, it is an input of the network.
  static int output_stage(const Device& /*device*/, int output) {
    return Net::producer(*Model::outputs[output]);
  }
  static const uint8_t* output(const Device& device, int output) {
    return device.bytes(*Model::outputs[output]);
  }

  // The tensors that cross at (split, exit); false when they are too many for a message.
  static bool crossing(const Device& device, int split, int exit, detail::ExchangePlan& plan) {
    static_assert(Crossing::capacity == wire::max_tensors, "Crossing and the wire must hold the same number");
    const Crossing crossing = Net::crossing(split, exit);
    for (int i = 0; i < crossing.count; ++i) {
      const TensorInfo& tensor = *crossing.tensors[i];
      plan.add_piece(device.bytes(tensor), static_cast<uint32_t>(tensor.bytes()), tensor.file_index);
    }
    return !crossing.overflow;
  }

  static void run_stage(Device& device, int stage) { device.run(stage, stage + 1); }

 private:
  static constexpr uint32_t output_bytes_of(int output) {
    return static_cast<uint32_t>(Model::outputs[output]->bytes());
  }
};

}  // namespace coinfer
COINFER_CODE_END
