// SPDX-License-Identifier: Apache-2.0
// What a test image needs from its emulator: text output, its command line and an exit status (semihosting).
#pragma once

#include <cstdint>

namespace board {

void print(const char* text);
void print(std::uint32_t number);
[[noreturn]] void exit_with(std::uint32_t status);

// The words that the program was started with, its name first, separated by spaces; cut to `size`.
void command_line(char* text, std::uint32_t size);

// The most bytes of stack that were in use since the start.
std::uint32_t stack_high_water();

}  // namespace board
