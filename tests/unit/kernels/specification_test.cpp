// SPDX-License-Identifier: Apache-2.0
// The reference set against models written in another way: real numbers, or each input pushed to the outputs
// it reaches instead of each output pulling its inputs.
#include <algorithm>
#include <cmath>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Rule = rounding::Double;
using Bytes = std::vector<std::int8_t>;

constexpr std::int32_t unit_multiplier = 1 << 30;  // with shift 1: scale 1, so that sums come out as they are
constexpr std::int8_t unit_shift = 1;

std::int32_t clamped(double value) { return static_cast<std::int32_t>(std::clamp(value, -128.0, 127.0)); }

// Bounds-checked, by an index of the kernels' type.
template <class Vector>
auto& element(Vector& vector, std::int32_t i) {
  return vector.at(static_cast<std::size_t>(i));
}

double scale_of(std::int32_t multiplier, std::int32_t shift) {
  return std::ldexp(static_cast<double>(multiplier), shift - 31);
}

// Calls reach(out_y, out_x, tap) for each window that reads the input pixel (y, x).
template <class Reach>
void for_windows_over(const Window& w, const Shape& out, std::int32_t y, std::int32_t x, const Reach& reach) {
  for (std::int32_t ky = 0; ky < w.height; ++ky) {
    for (std::int32_t kx = 0; kx < w.width; ++kx) {
      const std::int32_t top = y + w.pad_top - ky * w.dilation_height;
      const std::int32_t left = x + w.pad_left - kx * w.dilation_width;
      if (top < 0 || left < 0 || top % w.stride_height != 0 || left % w.stride_width != 0) continue;
      if (top / w.stride_height >= out.height || left / w.stride_width >= out.width) continue;
      reach(top / w.stride_height, left / w.stride_width, ky * w.width + kx);
    }
  }
}

TEST(Specification, Conv2d) {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(9, 9, 4);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = random.between(1, 5);
    p.in_zero_point = random.between(-2, 2);
    p.out_zero_point = random.between(-5, 5);
    p.per_channel = false;
    const std::int32_t taps = p.window.height * p.window.width;
    Bytes in(static_cast<std::size_t>(p.in.elements()));
    Bytes filter(static_cast<std::size_t>(p.out.channels * taps * p.in.channels));
    for (auto& v : in) v = static_cast<std::int8_t>(random.between(-3, 3));
    for (auto& v : filter) v = static_cast<std::int8_t>(random.between(-3, 3));

    std::vector<std::int32_t> sums(static_cast<std::size_t>(p.out.elements()), p.out_zero_point);
    for (std::int32_t i = 0; i < p.in.elements(); ++i) {
      const std::int32_t c = i % p.in.channels;
      const std::int32_t pixel = i / p.in.channels;
      for_windows_over(p.window, p.out, pixel / p.in.width, pixel % p.in.width,
                       [&](std::int32_t y, std::int32_t x, std::int32_t tap) {
                         for (std::int32_t m = 0; m < p.out.channels; ++m) {
                           element(sums, (y * p.out.width + x) * p.out.channels + m) +=
                               (element(in, i) - p.in_zero_point) *
                               element(filter, (m * taps + tap) * p.in.channels + c);
                         }
                       });
    }
    Bytes out(sums.size());
    Reference::conv_2d_s8<Rule>(p, {filter.data(), nullptr, &unit_multiplier, &unit_shift},
                                whole_tensor<const std::int8_t>(in.data(), p.in),
                                whole_tensor(out.data(), p.out), {0, p.out.height}, {});
    for (std::size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], clamped(sums[i])) << i;
  });
}

TEST(Specification, DepthwiseConv2d) {
  for_random_cases([](Random& random) {
    DepthwiseConv2d p;
    p.in = random.shape(9, 9, 4);
    p.window = random.window(p.in, p.out, true);
    const std::int32_t multiplier = random.between(1, 3);
    p.out.channels = p.in.channels * multiplier;
    p.in_zero_point = random.between(-2, 2);
    p.per_channel = false;
    Bytes in(static_cast<std::size_t>(p.in.elements()));
    Bytes filter(static_cast<std::size_t>(p.window.height * p.window.width * p.out.channels));
    for (auto& v : in) v = static_cast<std::int8_t>(random.between(-3, 3));
    for (auto& v : filter) v = static_cast<std::int8_t>(random.between(-3, 3));

    std::vector<std::int32_t> sums(static_cast<std::size_t>(p.out.elements()));
    for (std::int32_t i = 0; i < p.in.elements(); ++i) {
      const std::int32_t c = i % p.in.channels;
      const std::int32_t pixel = i / p.in.channels;
      for_windows_over(p.window, p.out, pixel / p.in.width, pixel % p.in.width,
                       [&](std::int32_t y, std::int32_t x, std::int32_t tap) {
                         for (std::int32_t m = c * multiplier; m < (c + 1) * multiplier; ++m) {
                           element(sums, (y * p.out.width + x) * p.out.channels + m) +=
                               (element(in, i) - p.in_zero_point) * element(filter, tap * p.out.channels + m);
                         }
                       });
    }
    Bytes out(sums.size());
    Reference::depthwise_conv_2d_s8<Rule>(p, {filter.data(), nullptr, &unit_multiplier, &unit_shift},
                                          whole_tensor<const std::int8_t>(in.data(), p.in),
                                          whole_tensor(out.data(), p.out), {0, p.out.height}, {});
    for (std::size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], clamped(sums[i])) << i;
  });
}

TEST(Specification, Pools) {
  for_random_cases([](Random& random) {
    AveragePool2d average;
    average.in = random.shape(9, 9, 4);
    average.window = random.window(average.in, average.out, false);
    average.out.channels = average.in.channels;
    MaxPool2d most;
    static_cast<Pool2d&>(most) = average;
    const Bytes in = random.elements<std::int8_t>(average.in.elements());

    const auto size = static_cast<std::size_t>(average.out.elements());
    std::vector<double> sums(size);
    std::vector<double> counts(size);
    Bytes maxima(size, -128);
    for (std::int32_t i = 0; i < average.in.elements(); ++i) {
      const std::int32_t pixel = i / average.in.channels;
      for_windows_over(average.window, average.out, pixel / average.in.width, pixel % average.in.width,
                       [&](std::int32_t y, std::int32_t x, std::int32_t /*tap*/) {
                         const auto at = static_cast<std::size_t>(
                             (y * average.out.width + x) * average.out.channels + i % average.in.channels);
                         sums[at] += element(in, i);
                         counts[at] += 1;
                         maxima[at] = std::max(maxima[at], element(in, i));
                       });
    }
    Bytes averaged(size);
    Bytes raised(size);
    const auto rows = whole_tensor<const std::int8_t>(in.data(), average.in);
    Reference::average_pool_2d_s8<Rule>(average, rows, whole_tensor(averaged.data(), average.out),
                                        {0, average.out.height}, {});
    Reference::max_pool_2d_s8<Rule>(most, rows, whole_tensor(raised.data(), most.out), {0, most.out.height},
                                    {});
    EXPECT_EQ(raised, maxima);
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(averaged[i], std::round(sums[i] / counts[i])) << i;
  });
}

TEST(Specification, SoftmaxIsWithinOneOfTheRealFunction) {
  for_random_cases([](Random& random) {
    Softmax p;
    p.shape = {1, 1, random.one_in(5) ? random.between(61, 8191) : random.between(1, 60)};
    p.multiplier = random.multiplier();
    p.left_shift = random.between(20, 26);
    p.diff_min = -static_cast<std::int32_t>(std::floor(31.0 * std::ldexp(1.0, 26 - p.left_shift)));
    Bytes in = random.elements<std::int8_t>(p.shape.elements());
    if (random.one_in(4)) std::fill(in.begin(), in.end(), in[0]);  // the largest sum
    Bytes out(in.size());
    Reference::softmax_s8<Rule>(p, whole_tensor<const std::int8_t>(in.data(), p.shape),
                                whole_tensor(out.data(), p.shape), {0, 1}, {});
    const double scale = scale_of(p.multiplier, p.left_shift) * std::ldexp(1.0, -26);  // 26 fractional bits
    const std::int8_t most = *std::max_element(in.begin(), in.end());
    double sum = 0;
    for (const std::int8_t v : in) sum += std::exp(scale * (v - most));
    for (std::size_t i = 0; i < in.size(); ++i) {
      ASSERT_NEAR(out[i], clamped(std::exp(scale * (in[i] - most)) / sum * 256 - 128), 1) << i;
    }
  });
}

TEST(Specification, AddIsWithinOneOfTheRealFunction) {
  for_random_cases([](Random& random) {
    Add p;
    p.shape = {1, 1, 64};
    p.first = {random.zero_point(), random.multiplier(), random.between(-3, 0)};
    p.second = {random.zero_point(), random.multiplier(), random.between(-3, 0)};
    p.out_zero_point = random.zero_point();
    p.out_multiplier = random.multiplier();
    p.out_shift = random.between(-20, -16);
    const Bytes a = random.elements<std::int8_t>(64);
    const Bytes b = random.elements<std::int8_t>(64);
    Bytes out(64);
    Reference::add_s8<Rule>(p, whole_tensor<const std::int8_t>(a.data(), p.shape),
                            whole_tensor<const std::int8_t>(b.data(), p.shape),
                            whole_tensor(out.data(), p.shape), {0, 1}, {});
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double sum = (a[i] - p.first.zero_point) * scale_of(p.first.multiplier, p.first.shift) +
                         (b[i] - p.second.zero_point) * scale_of(p.second.multiplier, p.second.shift);
      const double value = std::ldexp(sum, 20) * scale_of(p.out_multiplier, p.out_shift) + p.out_zero_point;
      ASSERT_NEAR(out[i], std::clamp(value, -128.0, 127.0), 1) << i;
    }
  });
}

TEST(Specification, MeanIsWithinOneOfTheRealFunction) {
  for_random_cases([](Random& random) {
    Mean p;
    p.in = random.shape(9, 9, 4);
    p.out = {1, 1, p.in.channels};
    p.in_zero_point = random.zero_point();
    p.out_zero_point = random.zero_point();
    p.multiplier = random.multiplier();
    p.shift = random.between(-1, 2);
    const Bytes in = random.elements<std::int8_t>(p.in.elements());
    Bytes out(static_cast<std::size_t>(p.out.elements()));
    Reference::mean_s8<Rule>(p, whole_tensor<const std::int8_t>(in.data(), p.in),
                             whole_tensor(out.data(), p.out), {0, 1}, {});
    for (std::int32_t c = 0; c < p.in.channels; ++c) {
      double sum = 0;
      for (std::int32_t i = c; i < p.in.elements(); i += p.in.channels)
        sum += element(in, i) - p.in_zero_point;
      const double value = sum / p.count() * scale_of(p.multiplier, p.shift) + p.out_zero_point;
      ASSERT_NEAR(element(out, c), std::clamp(value, -128.0, 127.0), 1) << c;
    }
  });
}

TEST(Specification, QuantizeRoundsHalfAwayAndSaturates) {
  const Quantize p{{1, 1, 1}, 0.25F, 10};
  const auto quantized = [&](float value) {
    std::int8_t out = 0;
    Reference::quantize_f32_s8<Rule>(p, whole_tensor<const float>(&value, p.shape),
                                     whole_tensor(&out, p.shape), {0, 1}, {});
    return int{out};
  };
  for (float value = -40.0F; value < 40.0F; value += 0.0625F) {
    ASSERT_EQ(quantized(value), clamped(std::round(value / 0.25F) + 10)) << value;
  }
  EXPECT_EQ(quantized(0.124999994F), 10);  // the float below 1/2 LSB
  EXPECT_EQ(quantized(1e30F), 127);
  EXPECT_EQ(quantized(-INFINITY), -128);
  EXPECT_EQ(quantized(NAN), 10);
}

}  // namespace
}  // namespace coinfer::test
