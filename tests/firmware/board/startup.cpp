// SPDX-License-Identifier: Apache-2.0
// Start of a test image on the emulated boards.
#include "processor.hpp"
#include "semihosting.hpp"

extern "C" {
extern std::uint32_t bss_begin[], bss_end[], stack_bottom[], stack_top[];
[[noreturn]] void Reset_Handler();
[[noreturn, gnu::aligned(4)]] void fault();
}
int main();

namespace {

constexpr std::uint32_t stack_paint = 0xC01FFEE5;

}  // namespace

void fault() {
  board::print("the processor reported a fault\n");
  board::exit_with(99);
}

void Reset_Handler() {
  board::enable_coprocessors();
  for (volatile std::uint32_t* word = bss_begin; word != bss_end; ++word) *word = 0;
  const std::uint32_t* const top = board::stack_pointer();
  for (volatile std::uint32_t* word = stack_bottom; word < top - 16; ++word) *word = stack_paint;
  board::exit_with(static_cast<std::uint32_t>(main()));
}

std::uint32_t board::stack_high_water() {
  const volatile std::uint32_t* word = stack_bottom;
  while (*word == stack_paint) ++word;
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(stack_top) -
                                    reinterpret_cast<std::uintptr_t>(word));
}
