// SPDX-License-Identifier: Apache-2.0
// Vector table and start of a test image on the emulated boards.
#include "semihosting.hpp"

extern "C" {
extern std::uint32_t bss_begin[], bss_end[], stack_bottom[], stack_top[];
[[noreturn]] void Reset_Handler();
}
int main();

namespace {

constexpr std::uint32_t stack_paint = 0xC01FFEE5;

[[noreturn]] void fault() {
  board::print("the processor reported a fault\n");
  board::exit_with(99);
}

union Vector {
  std::uint32_t* stack;
  void (*handler)();
};

// Initial stack pointer, reset, and the system exceptions; no interrupt is enabled.
__attribute__((section(".vectors"), used)) const Vector vectors[16] = {
    {stack_top},        {.handler = Reset_Handler}, {.handler = fault}, {.handler = fault},
    {.handler = fault}, {.handler = fault},         {.handler = fault}};

}  // namespace

void Reset_Handler() {
  auto* const coprocessor_access = reinterpret_cast<volatile std::uint32_t*>(0xE000ED88);
  *coprocessor_access = *coprocessor_access | 0xFU << 20;  // floating point and vector instructions
  asm volatile("dsb\n isb" ::: "memory");
  for (volatile std::uint32_t* word = bss_begin; word != bss_end; ++word) *word = 0;
  std::uint32_t* top;
  asm volatile("mov %0, sp" : "=r"(top));
  for (volatile std::uint32_t* word = stack_bottom; word < top - 16; ++word) *word = stack_paint;
  board::exit_with(static_cast<std::uint32_t>(main()));
}

std::uint32_t board::stack_high_water() {
  const volatile std::uint32_t* word = stack_bottom;
  while (*word == stack_paint) ++word;
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(stack_top) -
                                    reinterpret_cast<std::uintptr_t>(word));
}
