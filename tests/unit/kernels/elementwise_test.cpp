// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "check_rows.hpp"
#include "coinfer_kernels/cortex_m.hpp"

namespace coinfer::test {
namespace {

RowRange same_rows(RowRange rows) { return rows; }

template <class T>
Input<T> random_input(const Shape& shape, Random& random) {
  return {shape, random.elements<T>(shape.elements()), same_rows, false, true};
}

// Scales below 1, as the importer makes them for both operands and their sum.
// Often the operand of the larger scale, which is halved.
AddOperand random_operand(Random& random) {
  if (random.one_in(2)) return {random.zero_point(), 1 << 30, 0};
  return {random.zero_point(), random.multiplier(), random.between(-8, 0)};
}

TEST(Kernels, Add) {
  for_random_cases([](Random& random) {
    Add p;
    p.shape = random.shape(8, 8, 20);
    p.first = random_operand(random);
    p.second = random_operand(random);
    p.out_zero_point = random.zero_point();
    p.out_multiplier = random.multiplier();
    p.out_shift = random.between(-31, 0);
    p.clamp = random.clamp();
    const std::vector<Input<std::int8_t>> inputs = {random_input<std::int8_t>(p.shape, random),
                                                    random_input<std::int8_t>(p.shape, random)};
    const auto kernel = [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows,
                                                       Scratch scratch) {
      Set::template add_s8<Rounding>(p, in[0], in[1], out, rows, scratch);
    };
    check_rows<std::int8_t, std::int8_t>(inputs, p.shape, kernels::Portable::scratch_bytes(p), kernel,
                                         random);
    check_set<kernels::CortexMDsp, std::int8_t, std::int8_t>(inputs, p.shape, 0, kernel, random);
    check_set<kernels::CortexMHelium, std::int8_t, std::int8_t>(inputs, p.shape, 0, kernel, random);
  });
}

Requantize random_requantize(Random& random) {
  Requantize p;
  p.shape = random.shape(8, 8, 20);
  p.in_zero_point = random.zero_point();
  p.out_zero_point = random.zero_point();
  p.multiplier = random.multiplier();
  p.shift = random.one_in(8) ? random.between(-31, 22) : random.between(-3, 3);
  p.clamp = random.clamp();
  return p;
}

TEST(Kernels, Requantize) {
  for_random_cases([](Random& random) {
    const Requantize p = random_requantize(random);
    check_rows<std::int8_t, std::int8_t>(
        {random_input<std::int8_t>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template requantize_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, RequantizeFromUnsigned) {
  for_random_cases([](Random& random) {
    Requantize p = random_requantize(random);
    p.in_zero_point += 128;
    check_rows<std::uint8_t, std::int8_t>(
        {random_input<std::uint8_t>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template requantize_u8_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, RequantizeToUnsigned) {
  for_random_cases([](Random& random) {
    Requantize p = random_requantize(random);
    p.out_zero_point += 128;
    p.clamp = {p.clamp.min + 128, p.clamp.max + 128};
    check_rows<std::int8_t, std::uint8_t>(
        {random_input<std::int8_t>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template requantize_s8_u8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Lookup) {
  for_random_cases([](Random& random) {
    const Lookup p{random.shape(8, 8, 20)};
    const std::vector<std::int8_t> table = random.elements<std::int8_t>(Lookup::table_size);
    check_rows<std::int8_t, std::int8_t>(
        {random_input<std::int8_t>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template lookup_s8<Rounding>(p, table.data(), in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Quantize) {
  for_random_cases([](Random& random) {
    const Quantize p{random.shape(8, 8, 20), static_cast<float>(random.real(0.001, 0.5)),
                     random.zero_point()};
    check_rows<float, std::int8_t>(
        {random_input<float>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template quantize_f32_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Dequantize) {
  for_random_cases([](Random& random) {
    const Dequantize p{random.shape(8, 8, 20), static_cast<float>(random.real(0.001, 0.5)),
                       random.zero_point()};
    check_rows<std::int8_t, float>(
        {random_input<std::int8_t>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template dequantize_s8_f32<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Softmax) {
  for_random_cases([](Random& random) {
    Softmax p;
    p.shape = random.shape(4, 4, random.one_in(4) ? 300 : 20);
    p.multiplier = random.multiplier();
    p.left_shift = random.between(18, 27);  // input scales from 2^-8 to 2
    // As the importer does: what lies below would not fit 5 integer bits.
    p.diff_min = -static_cast<std::int32_t>(std::floor(31.0 * std::ldexp(1.0, 26 - p.left_shift)));
    check_rows<std::int8_t, std::int8_t>(
        {random_input<std::int8_t>(p.shape, random)}, p.shape, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template softmax_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

}  // namespace
}  // namespace coinfer::test
