// SPDX-License-Identifier: Apache-2.0
// What startup.cpp and semihosting.cpp need to know of an Arm microcontroller.
#pragma once

#include <cstdint>

namespace board {

inline std::uint32_t* stack_pointer() {
  std::uint32_t* top;
  asm volatile("mov %0, sp" : "=r"(top));
  return top;
}

// Allows floating point and vector instructions.
inline void enable_coprocessors() {
  auto* const coprocessor_access = reinterpret_cast<volatile std::uint32_t*>(0xE000ED88);
  *coprocessor_access = *coprocessor_access | 0xFU << 20;
  asm volatile("dsb\n isb" ::: "memory");
}

inline void call_emulator(std::uint32_t operation, const void* argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

}  // namespace board
