// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// `pairs` words of two elements each.
#if COINFER_DSP
template <int words_step>
COINFER_NOINLINE void widen_pairs(const std::int8_t* from, std::int32_t step, std::int32_t pairs, Word* to) {
  const std::int32_t step_3 = 3 * step;
  asm volatile(
      "tst    %[pairs], #1\n"
      "beq    1f\n"
      "ldrsb  r4, [%[from]]\n"
      "ldrsb  r5, [%[from], %[step]]\n"
      "add    %[from], %[from], %[step], lsl #1\n"
      "pkhbt  r4, r4, r5, lsl #16\n"
      "str    r4, [%[to]], %[words_step]\n"
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
      "str    r4, [%[to]], %[words_step]\n"
      "str    r6, [%[to]], %[words_step]\n"
      "subs   %[pairs], #2\n"
      "bpl    2b\n"
      "3:\n"
      : [from] "+&r"(from), [pairs] "+&r"(pairs), [to] "+&r"(to)
      : [step] "r"(step), [step_3] "r"(step_3), [words_step] "i"(words_step * 4)
      : "r4", "r5", "r6", "r8", "cc", "memory");
}
#else
template <int words_step>
void widen_pairs(const std::int8_t* from, std::int32_t step, std::int32_t pairs, Word* to) {
  for (; pairs > 0; --pairs, from += 2 * step, to += words_step) *to = halves(from[0], from[step]);
}
#endif

// Widens lines of one channel, two elements to a word. Before the first element there is padding, behind the
// last one padding or what nobody reads.
class LineLoader {
 public:
  LineLoader() = default;
  // Elements [first, first + count) of a line, `step` bytes from each other.
  LineLoader(std::int32_t first, std::int32_t count, std::int32_t step, std::int32_t padding)
      : first_(first), step_(step), padding_(padding) {
    half_first_ = first % 2 != 0 && count > 0;
    pairs_ = (count - (half_first_ ? 1 : 0)) / 2;
    half_last_ = count - (half_first_ ? 1 : 0) > 2 * pairs_;
  }

  // `words`: of the line, `words_step` words from each other; `from`: the first element.
  template <int words_step>
  void load(Word* words, const std::int8_t* from) const {
    Word* to = words + first_ / 2 * words_step;
    if (half_first_) {
      *to = halves(padding_, *from);
      from += step_;
      to += words_step;
    }
    if (pairs_ > 0) widen_pairs<words_step>(from, step_, pairs_, to);
    if (half_last_) to[pairs_ * words_step] = halves(from[2 * pairs_ * step_], padding_);
  }

 private:
  std::int32_t first_ = 0;
  std::int32_t step_ = 0;
  std::int32_t padding_ = 0;
  std::int32_t pairs_ = 0;
  bool half_first_ = false;
  bool half_last_ = false;
};

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
