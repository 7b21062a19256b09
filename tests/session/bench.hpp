// SPDX-License-Identifier: Apache-2.0
// One device, one session, one simulated network and one exact edge peer, and what must always hold for an
// answer.
#pragma once

#include <gtest/gtest.h>

#include <coinfer/session.hpp>
#include <cstring>
#include <string>

#include "simulated_network.hpp"
#include "toy_model.hpp"

namespace coinfer::tests {

using ToyInput = std::vector<int8_t>;

inline ToyInput toy_input(uint32_t seed) {
  std::mt19937 random(seed);
  ToyInput input(static_cast<size_t>(toy::tensors::input.bytes()));
  for (int8_t& value : input) value = static_cast<int8_t>(static_cast<int>(random() % 256) - 128);
  return input;
}

// Every output of the whole network.
inline std::vector<ByteVector> expected_outputs(const ToyInput& input) {
  Device<toy::Model, kernels::Reference> device;
  std::memcpy(device.input(), input.data(), input.size());
  device.run();
  std::vector<ByteVector> all;
  for (const TensorInfo* tensor : toy::Model::outputs)
    all.emplace_back(device.bytes(*tensor), device.bytes(*tensor) + tensor->bytes());
  return all;
}

template <class Part = WholeNetwork, Fallback wanted = Device<toy::Model, SlowKernels, Part>::fallback>
class Bench {
 public:
  using ToyDevice = Device<toy::Model, SlowKernels, Part>;
  static constexpr uint64_t loop_us = 20;       // what the caller does between two polls
  static constexpr int most_polls = 2'000'000;  // more is a session that hangs

  explicit Bench(SessionOptions with = {}, serve::ConnectionLimits limits = {}, uint32_t seed = 1)
      : options(with), edge(limits), network(edge), entropy(seed) {
    session.bind(device, network.connector(), simulated_clock(), entropy.entropy(), options);
  }

  // Runs one inference by polling, and checks everything that must hold whatever happened.
  Answer run(const Request& request, uint32_t seed = 7) {
    input = toy_input(seed);
    std::memcpy(device.input(), input.data(), input.size());
    session.start(request);
    int polls = 0;
    Status status = Status::pending;
    while (status == Status::pending) {
      simulated_now_us += loop_us;
      if (++polls > most_polls) {
        ADD_FAILURE() << "the session hangs";
        std::abort();
      }
      status = session.poll();
    }
    check(request, status);
    return session.answer();
  }

  // Lets time pass as an idle main loop does.
  void idle(uint64_t us) {
    const uint64_t end_us = simulated_now_us + us;
    while (simulated_now_us < end_us) {
      simulated_now_us += loop_us;
      static_cast<void>(session.poll());
    }
  }
  // Idles until the link is open; false when it is not within `us`.
  bool connect(uint64_t us = 10'000'000) {
    const uint64_t end_us = simulated_now_us + us;
    while (!session.connected() && simulated_now_us < end_us) idle(loop_us);
    return session.connected();
  }

  void check(const Request& request, Status status) {
    const Answer& answer = session.answer();
    EXPECT_EQ(status, answer.status);
    EXPECT_EQ(answer.split, request.split);
    if (status != Status::ok) {
      EXPECT_EQ(status, Status::no_answer);
      EXPECT_EQ(wanted, Fallback::none) << "a build with a fallback always answers";
      for (int o = 0; o < 3; ++o) EXPECT_EQ(session.output(o), nullptr);
      return;
    }
    const int asked = request.exit == deepest_exit ? 1 : request.exit;
    if (answer.place == Place::edge || wanted == Fallback::full || answer.cause == Cause::asked) {
      EXPECT_EQ(answer.exit, asked);
    } else {
      EXPECT_LE(answer.exit, asked);
    }
    EXPECT_EQ(answer.place == Place::edge, answer.cause == Cause::none);
    if (network.faults.flip_down_at && answer.place == Place::edge) return;  // only TLS could have noticed
    const std::vector<ByteVector> expected = expected_outputs(input);
    for (int o = 0; o < 3; ++o) {
      const uint8_t* bytes = session.output(o);
      const bool part = toy::Model::exit_of_output[o] == answer.exit;
      ASSERT_EQ(bytes != nullptr, part) << "output " << o << " at exit " << answer.exit;
      const auto index = static_cast<size_t>(o);
      if (part) {
        EXPECT_EQ(ByteVector(bytes, bytes + expected[index].size()), expected[index]) << "output " << o;
      }
    }
  }

  SessionOptions options;
  ExactEdge<toy::Model> edge;
  SimulatedNetwork<toy::Model> network;
  SeededEntropy entropy;
  ToyDevice device;
  Session<ToyDevice, wanted> session;
  ToyInput input;
};

inline void PrintTo(const Cause& cause, std::ostream* out) { *out << to_string(cause); }
inline void PrintTo(const Place& place, std::ostream* out) { *out << to_string(place); }

}  // namespace coinfer::tests
