// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

extern "C" {
extern std::uint32_t stack_top[];
[[noreturn]] void Reset_Handler();
[[noreturn]] void fault();
}

namespace {

union Vector {
  std::uint32_t* stack;
  void (*handler)();
};

// Initial stack pointer, reset, and the system exceptions; no interrupt is enabled.
__attribute__((section(".vectors"), used)) const Vector vectors[16] = {
    {stack_top},        {.handler = Reset_Handler}, {.handler = fault}, {.handler = fault},
    {.handler = fault}, {.handler = fault},         {.handler = fault}};

}  // namespace
