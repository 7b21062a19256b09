// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/scalar/pixel_pairs.hpp"

// The loops of products.hpp for Cortex-M3 and above.
#if COINFER_THUMB == 2
COINFER_CODE_BEGIN
namespace coinfer::kernels::scalar {

// r0 pairs, r1 end, r2 filter, r3-r6 sums, r7-r10 four pairs, r11 r12 filter, lr step_start.
#define COINFER_SCALAR_STEP(first, second, filter, next, both, high) \
  "ldrsb  r11, " filter                                              \
  "\n"                                                               \
  "ldrsb  r12, " next                                                \
  "\n"                                                               \
  "mla    r11, " first                                               \
  ", r11, lr\n"                                                      \
  "mla    r11, " second                                              \
  ", r12, r11\n"                                                     \
  "add    " both ", " both                                           \
  ", r11\n"                                                          \
  "add    " high ", " high ", r11, asr #16\n"
__attribute__((naked, noinline)) inline void add_products_of_two(const PixelPair* /*pairs*/,
                                                                 const PixelPair* /*end*/,
                                                                 const std::int8_t* /*filter*/,
                                                                 PairSums* /*sums*/) {
  asm volatile(
      "push   {r3-r11, lr}\n"
      "ldm    r3, {r3-r6}\n"
      "mvn    lr, #0x8000\n"
      "1:\n"
      "ldm    r0!, {r7-r10}\n" COINFER_SCALAR_STEP("r7", "r8", "[r2], #8", "[r2, #-7]", "r3", "r4")
          COINFER_SCALAR_STEP("r9", "r10", "[r2, #-6]", "[r2, #-5]", "r3", "r4")
              COINFER_SCALAR_STEP("r7", "r8", "[r2, #-4]", "[r2, #-3]", "r5", "r6")
                  COINFER_SCALAR_STEP("r9", "r10", "[r2, #-2]", "[r2, #-1]", "r5", "r6")
      "cmp    r0, r1\n"
      "bne    1b\n"
      "pop    {r0}\n"
      "stm    r0, {r3-r6}\n"
      "pop    {r4-r11, pc}\n");
}
#undef COINFER_SCALAR_STEP

// r0 vector, r1 end, r2 filter, r3-r6 sums, r7-r10 four elements, r11 r12 filter.
#define COINFER_SCALAR_CHANNEL(sum, a, b, c, d) \
  "ldrsb  r11, [r2" a                           \
  "\n"                                          \
  "ldrsb  r12, [r2" b                           \
  "\n"                                          \
  "mla    " sum ", r7, r11, " sum               \
  "\n"                                          \
  "mla    " sum ", r8, r12, " sum               \
  "\n"                                          \
  "ldrsb  r11, [r2" c                           \
  "\n"                                          \
  "ldrsb  r12, [r2" d                           \
  "\n"                                          \
  "mla    " sum ", r9, r11, " sum               \
  "\n"                                          \
  "mla    " sum ", r10, r12, " sum "\n"
__attribute__((naked, noinline)) inline void add_vector_of_four(const std::int8_t* /*vector*/,
                                                                const std::int8_t* /*end*/,
                                                                const std::int8_t* /*filter*/,
                                                                std::int32_t* /*sums*/) {
  asm volatile(
      "push   {r3-r11, lr}\n"
      "ldm    r3, {r3-r6}\n"
      "1:\n"
      "ldrsb  r7, [r0], #4\n"
      "ldrsb  r8, [r0, #-3]\n"
      "ldrsb  r9, [r0, #-2]\n"
      "ldrsb  r10, [r0, #-1]\n" COINFER_SCALAR_CHANNEL("r3", "], #16", ", #-15]", ", #-14]", ", #-13]")
          COINFER_SCALAR_CHANNEL("r4", ", #-12]", ", #-11]", ", #-10]", ", #-9]")
              COINFER_SCALAR_CHANNEL("r5", ", #-8]", ", #-7]", ", #-6]", ", #-5]")
                  COINFER_SCALAR_CHANNEL("r6", ", #-4]", ", #-3]", ", #-2]", ", #-1]")
      "cmp    r0, r1\n"
      "bne    1b\n"
      "pop    {r0}\n"
      "stm    r0, {r3-r6}\n"
      "pop    {r4-r11, pc}\n");
}
#undef COINFER_SCALAR_CHANNEL

inline void add_words(const PixelPair* pairs, const std::int32_t* filter, const std::int32_t* filter_end,
                      PairSums& sums) {
  PairSums local = sums;
  asm("1:\n"
      "ldm    %[pairs]!, {r2, r3}\n"
      "ldm    %[filter]!, {r4, r5}\n"
      "mla    r2, r2, r4, %[start]\n"
      "mla    r2, r3, r5, r2\n"
      "add    %[both], r2\n"
      "add    %[high], %[high], r2, asr #16\n"
      "cmp    %[filter], %[end]\n"
      "bne    1b\n"
      : [pairs] "+&r"(pairs), [filter] "+&r"(filter), [both] "+&r"(local.both), [high] "+&r"(local.high)
      : [end] "r"(filter_end), [start] "r"(PairSums::step_start)
      : "r2", "r3", "r4", "r5", "cc", "memory");
  sums = local;
}

}  // namespace coinfer::kernels::scalar
COINFER_CODE_END
#endif
