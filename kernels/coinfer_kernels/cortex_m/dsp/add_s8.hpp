// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/add.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/instructions.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"
#include "coinfer_kernels/reference/add_s8.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

// The operands' scales are right shifts, and the output's is one that scale_narrow() takes: as TensorFlow
// Lite makes them for any but extreme scales.
constexpr bool add_is_narrow(const Add& p) {
  return p.first.shift <= 0 && p.first.shift >= -20 && p.second.shift <= 0 && p.second.shift >= -20 &&
         p.out_shift <= -2 && p.out_shift >= -23;
}

// One operand of at most 9 bits, scaled as reference::add_operand() does, without 64-bit arithmetic. Single
// rounding: value * 2^22 makes the whole shift at least 33, so that the upper word of the product is enough.
// Double rounding: value * 2^21 is the doubling of the first rounding; the sign for the second is the
// value's.
template <class Rounding>
struct NarrowOperand {
  static constexpr bool twice = std::is_same_v<Rounding, rounding::Double>;
  static constexpr std::int32_t left = twice ? Add::left_shift + 1 : Add::left_shift + 2;

  std::int32_t offset;
  std::int32_t multiplier;
  std::int32_t half;
  std::int32_t shift;
  std::int32_t sign;  // -1: negative values round down at the tie

  explicit NarrowOperand(const AddOperand& operand)
      : offset(operand.zero_point * (1 << left)),
        multiplier(operand.multiplier),
        half(twice ? (operand.shift == 0 ? 0 : 1 << (-operand.shift - 1)) : 1 << -operand.shift),
        shift(twice ? -operand.shift : 1 - operand.shift),
        sign(operand.shift == 0 ? 0 : -1) {}

  std::int32_t operator()(std::int32_t element) const {
    const std::int32_t value = element * (1 << left) - offset;
    if constexpr (twice) {
      return add_rounded_high(value, multiplier, half + ((value >> 31) & sign)) >> shift;
    } else {
      return add_high(value, multiplier, half) >> shift;
    }
  }
};

// May work in place.
template <class Rounding>
COINFER_NOINLINE void add_s8(const Add& p, const Rows<const std::int8_t>& first,
                             const Rows<const std::int8_t>& second, const Rows<std::int8_t>& out,
                             RowRange rows, Scratch scratch) {
  if (!add_is_narrow(p)) return reference::add_s8<Rounding>(p, first, second, out, rows, scratch);
  constexpr bool twice = std::is_same_v<Rounding, rounding::Double>;
  const NarrowOperand<Rounding> scale_first(p.first);
  const NarrowOperand<Rounding> scale_second(p.second);
  const std::int32_t shift = layout::Dsp::stored_shift(p.out_shift) - (twice ? 0 : 1);
  const std::int32_t added = output_offset(p.out_zero_point) * (1 << shift);
  const std::int32_t multiplier = p.out_multiplier;
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* a = first.row(y);
    const std::int8_t* b = second.row(y);
    std::int8_t* to = out.row(y);
    for (const std::int8_t* const end = to + p.shape.row_elements(); to != end;) {
      const std::int32_t sum = scale_first(*a++) + scale_second(*b++);
      const std::int32_t scaled = twice ? add_rounded_high(2 * sum, multiplier, added + (sum >> 31))
                                        : add_high(sum, multiplier, added);
      *to++ = half_as_byte(scaled >> shift);
    }
  }
  clamp_rows(p.clamp, out, rows, p.shape.row_elements());
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
