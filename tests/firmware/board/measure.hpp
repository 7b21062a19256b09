// SPDX-License-Identifier: Apache-2.0
// Marks parts of a test image for tests/firmware/profile/profile.py, which counts their instructions.
#pragma once

#include "semihosting.hpp"

// Does nothing; the emulator's plugin sees each call.
extern "C" void measurement_mark();

namespace board {

// Runs `work()` as a measured part. `name` has no spaces; `macs` may be 0.
template <class Work>
void measure(const char* name, std::uint32_t macs, const Work& work) {
  print("measured ");
  print(name);
  print(" ");
  print(macs);
  print("\n");
  measurement_mark();
  work();
  measurement_mark();
}

}  // namespace board
