// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer/compiler.hpp"

// 1 where the compiler targets a microcontroller with the DSP extension (Cortex-M4, M7, M33 with it).
// Elsewhere the plain C++ of each kernel runs: the specification of its assembly, tested on the host.
#if defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && defined(__thumb2__)
#if __ARM_FEATURE_DSP == 1 && __ARM_ARCH_PROFILE == 'M'
#define COINFER_DSP 1
#endif
#endif
#ifndef COINFER_DSP
#define COINFER_DSP 0
#endif

// The Thumb instructions of a microcontroller without it: 1 is Cortex-M0 to M23, 2 all others; 0: not one.
#if defined(__ARM_ARCH_PROFILE) && defined(__ARM_ARCH_ISA_THUMB)
#if __ARM_ARCH_PROFILE == 'M'
#define COINFER_THUMB __ARM_ARCH_ISA_THUMB
#endif
#endif
#ifndef COINFER_THUMB
#define COINFER_THUMB 0
#endif

// For functions whose inner loop is one block of assembly.
#define COINFER_NOINLINE __attribute__((noinline))

// The instructions that the kernels are made of. A word holds two int16 or four int8, the lowest first.
COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

using Word = std::uint32_t;

// Four int8 from any address.
inline Word load_word(const std::int8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

constexpr std::int32_t low_half(Word word) { return static_cast<std::int16_t>(word & 0xFFFFU); }
constexpr std::int32_t high_half(Word word) { return static_cast<std::int16_t>(word >> 16); }
constexpr Word halves(std::int32_t low, std::int32_t high) {
  return (static_cast<Word>(low) & 0xFFFFU) | static_cast<Word>(high) << 16;
}

constexpr std::int32_t wrapped_sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

// SXTB16: bytes 0 and 2 (1 and 3) as int16.
inline Word even_bytes(Word word) {
#if COINFER_DSP
  Word result;
  asm("sxtb16 %0, %1" : "=r"(result) : "r"(word));
  return result;
#else
  return halves(static_cast<std::int8_t>(word & 0xFFU), static_cast<std::int8_t>((word >> 16) & 0xFFU));
#endif
}
inline Word odd_bytes(Word word) {
#if COINFER_DSP
  Word result;
  asm("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
  return result;
#else
  return even_bytes(word >> 8);
#endif
}

// SMLAD: sum + the products of the low and of the high halves.
inline std::int32_t multiply_add_pairs(Word a, Word b, std::int32_t sum) {
#if COINFER_DSP
  std::int32_t result;
  asm("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return wrapped_sum(wrapped_sum(sum, low_half(a) * low_half(b)), high_half(a) * high_half(b));
#endif
}

// sum + the upper word of a product, rounded to nearest if `rounded`, by products of 16 bits: for cores that
// have no others. The two in the middle take what is carried up and stay below 2^31.
constexpr std::int32_t add_high_by_halves(std::int32_t a, std::int32_t b, std::int32_t sum, bool rounded) {
  const std::uint32_t a_low = static_cast<std::uint32_t>(a) & 0xFFFFU;
  const std::uint32_t b_low = static_cast<std::uint32_t>(b) & 0xFFFFU;
  const std::int32_t a_high = a >> 16;
  const std::int32_t b_high = b >> 16;
  const std::int32_t lower =
      a_high * static_cast<std::int32_t>(b_low) + static_cast<std::int32_t>((a_low * b_low) >> 16);
  const std::int32_t upper = static_cast<std::int32_t>(a_low) * b_high + (lower & 0xFFFF);
  const std::int32_t carried = rounded ? ((upper >> 15) + 1) >> 1 : upper >> 16;
  return wrapped_sum(sum, a_high * b_high + (lower >> 16) + carried);
}

// The same by a product of 64 bits.
constexpr std::int32_t add_high_of_long(std::int32_t a, std::int32_t b, std::int32_t sum, bool rounded) {
  const std::uint64_t start =
      (std::uint64_t{static_cast<std::uint32_t>(sum)} << 32) + (rounded ? std::uint64_t{1} << 31 : 0);
  return static_cast<std::int32_t>((start + static_cast<std::uint64_t>(std::int64_t{a} * b)) >> 32);
}

// SMMLA, SMMLAR: sum + the upper word of a product, without and with rounding to nearest.
inline std::int32_t add_high(std::int32_t a, std::int32_t b, std::int32_t sum) {
#if COINFER_DSP
  std::int32_t result;
  asm("smmla %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return COINFER_THUMB == 1 ? add_high_by_halves(a, b, sum, false) : add_high_of_long(a, b, sum, false);
#endif
}
inline std::int32_t add_rounded_high(std::int32_t a, std::int32_t b, std::int32_t sum) {
#if COINFER_DSP
  std::int32_t result;
  asm("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return COINFER_THUMB == 1 ? add_high_by_halves(a, b, sum, true) : add_high_of_long(a, b, sum, true);
#endif
}

// SSAT: half of a value, rounded down, as int8.
inline std::int8_t half_as_byte(std::int32_t value) {
#if COINFER_THUMB == 2
  std::int32_t result;
  asm("ssat %0, #8, %1, asr #1" : "=r"(result) : "r"(value));
  return static_cast<std::int8_t>(result);
#else
  const std::int32_t half = value >> 1;
  return static_cast<std::int8_t>(half < -128 ? -128 : (half > 127 ? 127 : half));
#endif
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
