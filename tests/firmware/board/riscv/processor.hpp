// SPDX-License-Identifier: Apache-2.0
// What startup.cpp and semihosting.cpp need to know of a 32-bit RISC-V microcontroller.
#pragma once

#include <cstdint>

namespace board {

inline std::uint32_t* stack_pointer() {
  std::uint32_t* top;
  asm volatile("mv %0, sp" : "=r"(top));
  return top;
}

inline void enable_coprocessors() {}

// The sequence that "RISC-V Semihosting" prescribes: three uncompressed instructions that lie on one page.
inline void call_emulator(std::uint32_t operation, const void* argument) {
  register std::uint32_t a0 asm("a0") = operation;
  register const void* a1 asm("a1") = argument;
  asm volatile(
      ".option push\n"
      ".balign 16\n"
      ".option norvc\n"
      "slli zero, zero, 0x1f\n"
      "ebreak\n"
      "srai zero, zero, 7\n"
      ".option pop\n"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
}

}  // namespace board
