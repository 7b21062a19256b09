// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/scalar/pixel_pairs.hpp"

// The loops of products.hpp for Cortex-M0 to M23. Most instructions take r0-r7 only; sums are added up in the
// others. Signed bytes are loaded by an offset in a register.
#if COINFER_THUMB == 1
COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// r3 points to four sums, which go to r8-r11; of the caller's registers it is on top of the stack.
#define COINFER_SCALAR_BEGIN \
  ".syntax unified\n"        \
  "push   {r4-r7, lr}\n"     \
  "mov    r4, r8\n"          \
  "mov    r5, r9\n"          \
  "mov    r6, r10\n"         \
  "mov    r7, r11\n"         \
  "push   {r3-r7}\n"         \
  "ldm    r3!, {r4-r7}\n"    \
  "mov    r8, r4\n"          \
  "mov    r9, r5\n"          \
  "mov    r10, r6\n"         \
  "mov    r11, r7\n"
#define COINFER_SCALAR_END \
  "pop    {r0}\n"          \
  "mov    r4, r8\n"        \
  "mov    r5, r9\n"        \
  "mov    r6, r10\n"       \
  "mov    r7, r11\n"       \
  "stm    r0!, {r4-r7}\n"  \
  "pop    {r4-r7}\n"       \
  "mov    r8, r4\n"        \
  "mov    r9, r5\n"        \
  "mov    r10, r6\n"       \
  "mov    r11, r7\n"       \
  "pop    {r4-r7, pc}\n"

// r0 pairs, r1 1, r2 filter, r3 5, r4 r5 two pairs, r6 r7 filter, r12 step_start, lr end.
#define COINFER_SCALAR_STEP(filter, next, both, high) \
  "ldrb   r6, [r2, #" filter                          \
  "]\n"                                               \
  "sxtb   r6, r6\n"                                   \
  "ldrsb  r7, [r2, " next                             \
  "]\n"                                               \
  "muls   r6, r4, r6\n"                               \
  "muls   r7, r5, r7\n"                               \
  "adds   r6, r6, r7\n"                               \
  "add    r6, r12\n"                                  \
  "add    " both                                      \
  ", r6\n"                                            \
  "asrs   r6, r6, #16\n"                              \
  "add    " high ", r6\n"
#define COINFER_SCALAR_TAPS                                           \
  "ldm    r0!, {r4, r5}\n" COINFER_SCALAR_STEP("0", "r1", "r8", "r9") \
      COINFER_SCALAR_STEP("4", "r3", "r10", "r11")
__attribute__((naked, noinline)) inline void add_products_of_two(const PixelPair* /*pairs*/,
                                                                 const PixelPair* /*end*/,
                                                                 const std::int8_t* /*filter*/,
                                                                 PairSums* /*sums*/) {
  asm volatile(COINFER_SCALAR_BEGIN
               "mov    lr, r1\n"
               "movs   r1, #1\n"
               "lsls   r3, r1, #15\n"
               "mvns   r3, r3\n"
               "mov    r12, r3\n"
               "movs   r3, #5\n"
               "1:\n" COINFER_SCALAR_TAPS "adds   r2, #2\n" COINFER_SCALAR_TAPS
               "adds   r2, #6\n"
               "cmp    r0, lr\n"
               "bne    1b\n" COINFER_SCALAR_END);
}
#undef COINFER_SCALAR_TAPS
#undef COINFER_SCALAR_STEP

// r0 vector, r1 filter, r2 an element, r3 filter, r4-r7 0, 4, 8 and 12, r12 end.
#define COINFER_SCALAR_TAP \
  "ldrsb  r2, [r0, r4]\n"  \
  "ldrsb  r3, [r1, r4]\n"  \
  "muls   r3, r2, r3\n"    \
  "add    r8, r3\n"        \
  "ldrsb  r3, [r1, r5]\n"  \
  "muls   r3, r2, r3\n"    \
  "add    r9, r3\n"        \
  "ldrsb  r3, [r1, r6]\n"  \
  "muls   r3, r2, r3\n"    \
  "add    r10, r3\n"       \
  "ldrsb  r3, [r1, r7]\n"  \
  "muls   r3, r2, r3\n"    \
  "add    r11, r3\n"       \
  "adds   r0, #1\n"        \
  "adds   r1, #1\n"
__attribute__((naked, noinline)) inline void add_vector_of_four(const std::int8_t* /*vector*/,
                                                                const std::int8_t* /*end*/,
                                                                const std::int8_t* /*filter*/,
                                                                std::int32_t* /*sums*/) {
  asm volatile(COINFER_SCALAR_BEGIN
               "mov    r12, r1\n"
               "mov    r1, r2\n"
               "movs   r4, #0\n"
               "movs   r5, #4\n"
               "movs   r6, #8\n"
               "movs   r7, #12\n"
               "1:\n" COINFER_SCALAR_TAP COINFER_SCALAR_TAP COINFER_SCALAR_TAP COINFER_SCALAR_TAP
               "adds   r1, #12\n"
               "cmp    r0, r12\n"
               "bne    1b\n" COINFER_SCALAR_END);
}
#undef COINFER_SCALAR_TAP
#undef COINFER_SCALAR_END
#undef COINFER_SCALAR_BEGIN

// r0 pairs, r1 filter, r2 r3 sums, r4 r5 two pairs, r6 r7 filter, r12 end, lr step_start.
__attribute__((naked, noinline)) inline void add_words(const PixelPair* /*pairs*/,
                                                       const std::int32_t* /*filter*/,
                                                       const std::int32_t* /*filter_end*/,
                                                       PairSums& /*sums*/) {
  asm volatile(
      ".syntax unified\n"
      "push   {r3-r7, lr}\n"
      "mov    r12, r2\n"
      "movs   r2, #1\n"
      "lsls   r2, r2, #15\n"
      "mvns   r2, r2\n"
      "mov    lr, r2\n"
      "ldm    r3, {r2, r3}\n"
      "1:\n"
      "ldm    r0!, {r4, r5}\n"
      "ldm    r1!, {r6, r7}\n"
      "muls   r4, r6, r4\n"
      "muls   r5, r7, r5\n"
      "adds   r4, r4, r5\n"
      "add    r4, lr\n"
      "adds   r2, r2, r4\n"
      "asrs   r4, r4, #16\n"
      "adds   r3, r3, r4\n"
      "cmp    r1, r12\n"
      "bne    1b\n"
      "pop    {r0}\n"
      "stm    r0!, {r2, r3}\n"
      "pop    {r4-r7, pc}\n");
}

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
#endif
