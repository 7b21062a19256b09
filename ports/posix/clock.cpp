// SPDX-License-Identifier: Apache-2.0
#include "posix/clock.hpp"

#include <time.h>

namespace port::posix {
namespace {

uint64_t now_us(void*) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

coinfer::Clock monotonic_clock() { return {nullptr, &now_us}; }

}  // namespace port::posix
