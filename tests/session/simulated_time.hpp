// SPDX-License-Identifier: Apache-2.0
// Time that only passes when somebody spends it: kernels, the link, the caller's loop, and a look at the
// clock.
#pragma once

#include <coinfer/clock.hpp>
#include <coinfer_kernels/reference.hpp>
#include <cstdint>
#include <random>

namespace coinfer::tests {

inline uint64_t simulated_now_us = 1'000'000;

inline Clock simulated_clock() {
  return {nullptr, [](void*) { return ++simulated_now_us; }};
}

// Unpredictable is not wanted in a test: a stream per seed.
class SeededEntropy {
 public:
  explicit SeededEntropy(uint32_t seed) : random_(seed) {}
  Entropy entropy() {
    return {this, [](void* self, uint8_t* bytes, size_t count) {
              for (size_t i = 0; i < count; ++i)
                bytes[i] = static_cast<uint8_t>(static_cast<SeededEntropy*>(self)->random_());
              return Status::ok;
            }};
  }

 private:
  std::mt19937 random_;
};

// The reference kernels on a slow machine.
struct SlowKernels : kernels::Reference {
  static constexpr uint32_t conv_us = 3000, dense_us = 1000, add_us = 400, softmax_us = 600;

  template <class Rounding, class... Args>
  static void conv_2d_s8(const Args&... args) {
    simulated_now_us += conv_us;
    Reference::conv_2d_s8<Rounding>(args...);
  }
  template <class Rounding, class... Args>
  static void fully_connected_s8(const Args&... args) {
    simulated_now_us += dense_us;
    Reference::fully_connected_s8<Rounding>(args...);
  }
  template <class Rounding, class... Args>
  static void add_s8(const Args&... args) {
    simulated_now_us += add_us;
    Reference::add_s8<Rounding>(args...);
  }
  template <class Rounding, class... Args>
  static void softmax_s8(const Args&... args) {
    simulated_now_us += softmax_us;
    Reference::softmax_s8<Rounding>(args...);
  }
};

}  // namespace coinfer::tests
