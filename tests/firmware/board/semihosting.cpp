// SPDX-License-Identifier: Apache-2.0
#include "semihosting.hpp"

#include "processor.hpp"

namespace board {
namespace {

// Operation numbers of "Semihosting for AArch32 and AArch64" (Arm); RISC-V has the same.
constexpr std::uint32_t sys_write0 = 0x04;
constexpr std::uint32_t sys_get_cmdline = 0x15;
constexpr std::uint32_t sys_exit_extended = 0x20;
constexpr std::uint32_t application_exit = 0x20026;

}  // namespace

void print(const char* text) { call_emulator(sys_write0, text); }

void print(std::uint32_t number) {
  char digits[11];
  char* at = digits + sizeof digits - 1;
  *at = '\0';
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  print(at);
}

void command_line(char* text, std::uint32_t size) {
  const struct {
    char* text;
    std::uint32_t size;
  } block = {text, size};
  text[0] = '\0';
  call_emulator(sys_get_cmdline, &block);
}

void exit_with(std::uint32_t status) {
  const std::uint32_t block[2] = {application_exit, status};
  for (;;) call_emulator(sys_exit_extended, block);
}

}  // namespace board
