// SPDX-License-Identifier: Apache-2.0
// Time and randomness as the port provides them.
#pragma once

#include <coinfer/status.hpp>
#include <cstddef>
#include <cstdint>

namespace coinfer {

// Monotonic time in microseconds since any fixed moment; never goes back, does not stop while the link is
// used.
struct Clock {
  void* context;
  uint64_t (*now_us)(void* context);
};

// Unpredictable bytes from hardware or the operating system. Fills all of `bytes` or returns no_entropy; it
// never blocks for longer than the source needs, and never hands out a guessable substitute.
struct Entropy {
  void* context;
  Status (*fill)(void* context, uint8_t* bytes, size_t count);
};

}  // namespace coinfer
