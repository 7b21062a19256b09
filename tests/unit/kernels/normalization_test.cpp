// SPDX-License-Identifier: Apache-2.0
// LOG_SOFTMAX and L2_NORMALIZATION.
#include <algorithm>
#include <cmath>

#include "check_rows.hpp"
#include "coinfer_kernels/reference/logarithm.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Rule = rounding::Double;

RowRange same_rows(RowRange rows) { return rows; }

// As the importer makes it for this input scale.
LogSoftmax log_softmax(const Shape& shape, double scale) {
  LogSoftmax p;
  p.shape = shape;
  int shift = 0;
  p.multiplier = static_cast<std::int32_t>(std::ldexp(std::frexp(std::ldexp(scale, 26), &shift), 31));
  p.left_shift = shift;
  p.diff_min = -static_cast<std::int32_t>(std::floor(31.0 * std::ldexp(1.0, 26 - shift)));
  int back = 0;
  p.reverse_multiplier = static_cast<std::int32_t>(
      std::ldexp(std::frexp(std::ldexp(1.0, 31 - p.left_shift) / p.multiplier, &back), 31));
  p.reverse_shift = back;
  return p;
}

TEST(Kernels, LogSoftmax) {
  for_random_cases([](Random& random) {
    const LogSoftmax p =
        log_softmax(random.shape(4, 4, random.one_in(4) ? 300 : 20), random.real(0.004, 1.5));
    check_rows<std::int8_t, std::int8_t>(
        {{p.shape, random.elements<std::int8_t>(p.shape.elements()), same_rows, false, true}}, p.shape,
        kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template log_softmax_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, L2Normalization) {
  for_random_cases([](Random& random) {
    const L2Normalization p{random.shape(4, 4, random.one_in(4) ? 300 : 20), random.zero_point()};
    check_rows<std::int8_t, std::int8_t>(
        {{p.shape, random.elements<std::int8_t>(p.shape.elements()), same_rows, false, true}}, p.shape,
        kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template l2_normalization_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Specification, Logarithm) {
  for (double x = 1.0; x < 4095.0; x *= 1.003) {
    const auto raw = static_cast<std::int32_t>(x * (1 << 19));
    ASSERT_NEAR(kernels::fixed_point::log_of_at_least_one(raw) / std::ldexp(1.0, 26), std::log(x), 1e-5) << x;
  }
}

// Logarithms below about -16 are not told apart: where the multiplier is small, already those below -15.5.
TEST(Specification, LogSoftmaxIsWithinOneOfTheRealFunction) {
  for_random_cases([](Random& random) {
    const double scale = random.real(0.01, 0.25);
    const LogSoftmax p = log_softmax({1, 1, random.between(1, 50)}, scale);
    const auto in = random.elements<std::int8_t>(p.shape.channels);
    std::vector<std::int8_t> out(in.size());
    Reference::log_softmax_s8<Rule>(p, whole_tensor<const std::int8_t>(in.data(), p.shape),
                                    whole_tensor(out.data(), p.shape), {0, 1}, {});
    const std::int8_t most = *std::max_element(in.begin(), in.end());
    double sum = 0;
    for (const std::int8_t value : in) sum += std::exp(value * scale);
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i] - most < p.diff_min) {
        ASSERT_EQ(out[i], -128) << i;
        continue;
      }
      const double logarithm = (in[i] * scale - std::log(sum)) * 16 + 127;
      ASSERT_NEAR(out[i], std::max(logarithm, -128.0), 1) << i;
    }
  });
}

TEST(Specification, L2NormalizationIsWithinOneOfTheRealFunction) {
  for_random_cases([](Random& random) {
    const L2Normalization p{{1, 1, random.between(1, 50)}, random.zero_point()};
    const auto in = random.elements<std::int8_t>(p.shape.channels);
    std::vector<std::int8_t> out(in.size());
    Reference::l2_normalization_s8<Rule>(p, whole_tensor<const std::int8_t>(in.data(), p.shape),
                                         whole_tensor(out.data(), p.shape), {0, 1}, {});
    double squares = 0;
    for (const std::int8_t value : in) squares += std::pow(value - p.in_zero_point, 2);
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double value = 128 * (in[i] - p.in_zero_point) / std::sqrt(std::max(squares, 1.0));
      ASSERT_NEAR(out[i], std::clamp(value, -128.0, 127.0), 1) << i;
    }
  });
}

}  // namespace
}  // namespace coinfer::test
