// SPDX-License-Identifier: Apache-2.0
// Parts whose instructions are known: profile/known_counts_test.py says how many.
#include "board/measure.hpp"

namespace {

std::uint32_t words[2];

// Assembly, so that no compiler changes them.
__attribute__((naked, noinline)) void count_down(std::uint32_t) {
  asm volatile(".syntax unified\n1: nop\n subs r0, #1\n bne 1b\n bx lr");
}

// Moves two words at a time with one load and one store.
__attribute__((naked, noinline)) void transfer(std::uint32_t, const std::uint32_t*) {
  asm volatile(
      ".syntax unified\n1: ldm r1!, {r2, r3}\n subs r1, #8\n stm r1!, {r2, r3}\n subs r1, #8\n subs r0, #1\n "
      "bne 1b\n bx lr");
}

// Functions, so that few and many turns are called by the same instructions.
__attribute__((noinline)) void measure_count_down(const char* name, std::uint32_t turns) {
  board::measure(name, turns, [turns] { count_down(turns); });
}
__attribute__((noinline)) void measure_transfer(const char* name, std::uint32_t turns) {
  board::measure(name, turns, [turns] { transfer(turns, words); });
}

}  // namespace

int main() {
  board::measure("nothing", 0, [] {});
  measure_count_down("count_down_1", 1);
  measure_count_down("count_down_1000", 1000);
  measure_transfer("transfer_1", 1);
  measure_transfer("transfer_1000", 1000);
  return 0;
}
