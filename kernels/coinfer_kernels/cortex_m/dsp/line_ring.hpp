// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// `pairs` words of two elements each.
#if COINFER_DSP
COINFER_NOINLINE inline void widen_pairs(const std::int8_t* from, std::int32_t step, std::int32_t pairs,
                                         Word* to, std::int32_t to_step) {
  const std::int32_t step_3 = 3 * step;
  asm volatile(
      "tst    %[pairs], #1\n"
      "beq    1f\n"
      "ldrsb  r4, [%[from]]\n"
      "ldrsb  r5, [%[from], %[step]]\n"
      "add    %[from], %[from], %[step], lsl #1\n"
      "pkhbt  r4, r4, r5, lsl #16\n"
      "str    r4, [%[to]]\n"
      "add    %[to], %[to], %[to_step]\n"
      "1:\n"
      "subs   %[pairs], #2\n"
      "bmi    3f\n"
      "2:\n"
      "ldrsb  r4, [%[from]]\n"
      "ldrsb  r5, [%[from], %[step]]\n"
      "ldrsb  r6, [%[from], %[step], lsl #1]\n"
      "ldrsb  r8, [%[from], %[step_3]]\n"
      "add    %[from], %[from], %[step], lsl #2\n"
      "pkhbt  r4, r4, r5, lsl #16\n"
      "pkhbt  r6, r6, r8, lsl #16\n"
      "str    r4, [%[to]]\n"
      "str    r6, [%[to], %[to_step]]\n"
      "add    %[to], %[to], %[to_step], lsl #1\n"
      "subs   %[pairs], #2\n"
      "bpl    2b\n"
      "3:\n"
      : [from] "+&r"(from), [pairs] "+&r"(pairs), [to] "+&r"(to)
      : [step] "r"(step), [step_3] "r"(step_3), [to_step] "r"(to_step * 4)
      : "r4", "r5", "r6", "r8", "cc", "memory");
}
#else
inline void widen_pairs(const std::int8_t* from, std::int32_t step, std::int32_t pairs, Word* to,
                        std::int32_t to_step) {
  for (; pairs > 0; --pairs, from += 2 * step, to += to_step) *to = halves(from[0], from[step]);
}
#endif

// Elements [first, first + count) of a line of one channel, widened, two to a word, `words_step` words apart;
// they lie every `step` bytes from `from` on.
inline void load_line(Word* words, std::int32_t words_step, std::int32_t first, std::int32_t count,
                      const std::int8_t* from, std::int32_t step) {
  Word* to = words + first / 2 * words_step;
  if (first % 2 != 0 && count > 0) {
    *to = halves(low_half(*to), *from);
    from += step;
    to += words_step;
    --count;
  }
  const std::int32_t pairs = count / 2;
  if (pairs > 0) widen_pairs(from, step, pairs, to, words_step);
  if (count % 2 != 0) {
    Word& last = to[pairs * words_step];
    last = halves(from[2 * pairs * step], high_half(last));
  }
}

// The last `height` lines of one channel; a line is a row of the tensor, or a column of it. The words of all
// lines at one place follow each other, so that one instruction loads them. Line i, counted from the first
// one, lies in slot i % height of each place.
struct LineRing {
  Word* words;
  std::int32_t height;
  std::int32_t places;

  std::int32_t size() const { return height * places; }

  // All lines hold `value`.
  void fill(std::int32_t value) const {
    for (std::int32_t i = 0; i < size(); ++i) words[i] = halves(value, value);
  }
  void fill_slot(std::int32_t slot, std::int32_t value) const {
    for (std::int32_t i = slot; i < size(); i += height) words[i] = halves(value, value);
  }

  // As load_line().
  void load_slot(std::int32_t slot, std::int32_t first, std::int32_t count, const std::int8_t* from,
                 std::int32_t step) const {
    load_line(words + slot, height, first, count, from, step);
  }
};

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
