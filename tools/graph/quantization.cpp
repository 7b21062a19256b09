// SPDX-License-Identifier: Apache-2.0
#include "graph/quantization.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/import_error.hpp"

namespace coinfer::graph {
namespace {

constexpr std::int64_t two_to_31 = std::int64_t{1} << 31;

std::int32_t quantize(float value, Quantization output) {
  const float steps = std::round(value / output.scale);
  // 2^30 leaves room for the zero point; a scale this small has long saturated int8.
  if (!(std::abs(steps) <= static_cast<float>(1 << 30))) {
    throw ImportError("output scale is too small for its activation bounds");
  }
  return output.zero_point + static_cast<std::int32_t>(steps);
}

// multiplier and shift of a positive number, without regard to limits.
QuantizedMultiplier decompose(double value) {
  int shift = 0;
  const double fraction = std::frexp(value, &shift);
  auto fixed = static_cast<std::int64_t>(std::round(fraction * static_cast<double>(two_to_31)));
  if (fixed == two_to_31) {
    fixed /= 2;
    ++shift;
  }
  return {static_cast<std::int32_t>(fixed), shift};
}

}  // namespace

QuantizedMultiplier quantize_multiplier(double value, RoundingRule rounding) {
  if (!(value >= 0.0) || !std::isfinite(value)) throw ImportError("its scales give no finite multiplier");
  if (value == 0.0) return {};
  const QuantizedMultiplier result = decompose(value);
  if (result.shift < -31) return {};
  if (result.shift > 30) {
    if (rounding == RoundingRule::double_rounding)
      throw ImportError("its scales give a multiplier above 2^30");
    return {std::numeric_limits<std::int32_t>::max(), 30};
  }
  return result;
}

Clamp activation_clamp(Activation activation, Quantization output, std::int32_t lowest,
                       std::int32_t highest) {
  switch (activation) {
    case Activation::none:
      return {lowest, highest};
    case Activation::relu:
      return {std::max(lowest, quantize(0.0F, output)), highest};
    case Activation::relu6:
      return {std::max(lowest, quantize(0.0F, output)), std::min(highest, quantize(6.0F, output))};
    case Activation::relu_n1_to_1:
      return {std::max(lowest, quantize(-1.0F, output)), std::min(highest, quantize(1.0F, output))};
  }
  return {lowest, highest};
}

SoftmaxScaling softmax_scaling(double beta, double input_scale, RoundingRule rounding) {
  constexpr int integer_bits = 5;  // of the scaled difference to the maximum
  const double limit = rounding == RoundingRule::single_rounding ? static_cast<double>((1LL << 30) - 1)
                                                                 : static_cast<double>(two_to_31 - 1);
  const double real = std::min(beta * input_scale * (1 << (31 - integer_bits)), limit);
  if (!(real > 1.0)) throw ImportError("input scale times beta is too small for an int8 softmax");
  SoftmaxScaling scaling;
  scaling.input = decompose(real);  // shift <= 31; the kernel shifts no difference beyond diff_min
  const double radius = 1.0 * ((1 << integer_bits) - 1) * static_cast<double>(1LL << (31 - integer_bits)) /
                        static_cast<double>(1LL << scaling.input.shift);
  scaling.diff_min = -static_cast<std::int32_t>(std::floor(radius));
  return scaling;
}

}  // namespace coinfer::graph
