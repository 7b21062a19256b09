// SPDX-License-Identifier: Apache-2.0
// LOGISTIC, TANH, HARD_SWISH, LEAKY_RELU, ELU, ABS: functions of one int8 value, tabulated at import with the
// arithmetic of TensorFlow Lite Micro's reference kernels.
#include <algorithm>
#include <cmath>
#include <limits>

#include "coinfer/rounding.hpp"
#include "coinfer_kernels/reference/fixed_point.hpp"
#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

namespace fixed_point = kernels::fixed_point;

struct Ends {
  const FileTensor& input;
  Quantization in;
  Quantization out;
};

Ends ends_of(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_shape(input, output);
  return {input, quantization_of(input), quantization_of(output)};
}

std::int8_t saturate(std::int32_t value) { return static_cast<std::int8_t>(std::clamp(value, -128, 127)); }

std::int32_t multiply(RoundingRule rule, std::int32_t value, QuantizedMultiplier scale) {
  return rule == RoundingRule::double_rounding
             ? rounding::Double::multiply(value, scale.multiplier, scale.shift)
             : rounding::Single::multiply(value, scale.multiplier, scale.shift);
}

// function(value) for every int8 value.
template <class Function>
ImportedOperator tabulate(const char* name, const FileTensor& input, const Function& function) {
  ImportedOperator imported{Table{{shape_of(input)}, name}, {}, {input.index}};
  for (std::int32_t value = -128; value <= 127; ++value) imported.constants.push_back(function(value));
  return imported;
}

// Scales inputs to fixed point with 4 integer bits; inputs from `radius` on are beyond its range.
struct FixedPointInput {
  QuantizedMultiplier scale;
  std::int32_t radius = 0;
};

// Source: tensorflow/lite/micro/kernels/logistic_common.cc and tanh.cc.
FixedPointInput fixed_point_input(Quantization in) {
  constexpr int integer_bits = 4;
  constexpr double one = 1 << (31 - integer_bits);
  FixedPointInput result;
  const double fraction = std::frexp(static_cast<double>(in.scale) * one, &result.scale.shift);
  OperatorView::require(result.scale.shift >= 0 && result.scale.shift < 63, "input scale is out of range");
  result.scale.multiplier = static_cast<std::int32_t>(std::round(fraction * 2147483648.0));
  const double radius = ((1 << integer_bits) - 1) * one / static_cast<double>(1LL << result.scale.shift);
  result.radius = static_cast<std::int32_t>(std::floor(radius));
  return result;
}

// int16 arithmetic of HARD_SWISH. Source: gemmlowp, fixedpoint/fixedpoint.h.
std::int32_t saturate_16(std::int32_t value) { return std::clamp(value, -32768, 32767); }

std::int32_t doubling_high_16(std::int32_t a, std::int32_t b) {
  const std::int32_t product = a * b;
  return saturate_16((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
}

struct Multiplier16 {
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
};

// Source: tensorflow/lite/kernels/internal/common.h, DownScaleInt32ToInt16Multiplier.
Multiplier16 multiplier_16(float value, RoundingRule rounding) {
  const QuantizedMultiplier wide = quantize_multiplier(static_cast<double>(value), rounding);
  OperatorView::require(wide.shift >= -15 && wide.shift <= 16, "its scales are too far apart");
  constexpr std::int32_t half = 1 << 15;
  if (wide.multiplier >= std::numeric_limits<std::int32_t>::max() - half) return {32767, wide.shift};
  return {(wide.multiplier + half) >> 16, wide.shift};
}

}  // namespace

// Source: tensorflow/lite/kernels/internal/reference/integer_ops/logistic.h.
ImportedOperator import_logistic(const OperatorView& view) {
  const Ends ends = ends_of(view);
  require_quantization(view.output(), {1.0F / 256, -128}, "scale 1/256 and zero point -128");
  const FixedPointInput scaling = fixed_point_input(ends.in);
  return tabulate("LOGISTIC", ends.input, [&](std::int32_t value) -> std::int8_t {
    const std::int32_t x = value - ends.in.zero_point;
    if (x <= -scaling.radius) return -128;
    if (x >= scaling.radius) return 127;
    const std::int32_t result = fixed_point::logistic(multiply(view.rounding(), x, scaling.scale));
    return saturate(fixed_point::divide(result, 31 - 8) - 128);
  });
}

// Source: tensorflow/lite/kernels/internal/reference/integer_ops/tanh.h.
ImportedOperator import_tanh(const OperatorView& view) {
  const Ends ends = ends_of(view);
  require_quantization(view.output(), {1.0F / 128, 0}, "scale 1/128 and zero point 0");
  const FixedPointInput scaling = fixed_point_input(ends.in);
  return tabulate("TANH", ends.input, [&](std::int32_t value) -> std::int8_t {
    const std::int32_t x = value - ends.in.zero_point;
    if (x <= -scaling.radius) return -128;
    if (x >= scaling.radius) return 127;
    const std::int32_t result = fixed_point::tanh(multiply(view.rounding(), x, scaling.scale));
    return saturate(fixed_point::divide(result, 31 - 7));
  });
}

// Source: tensorflow/lite/kernels/internal/reference/hard_swish.h and micro/kernels/hard_swish_common.cc.
ImportedOperator import_hard_swish(const OperatorView& view) {
  const Ends ends = ends_of(view);
  const float fine_scale = (1.0F / 128.0F) * ends.in.scale;
  const Multiplier16 to_output = multiplier_16(fine_scale / ends.out.scale, view.rounding());
  const Multiplier16 to_gate = multiplier_16(fine_scale / (3.0F / 32768.0F), view.rounding());
  view.require(to_output.shift <= 0, "output scale is too small for its input scale");
  return tabulate("HARD_SWISH", ends.input, [&](std::int32_t value) {
    const std::int32_t fine = (value - ends.in.zero_point) * (1 << 7);
    // The gate, (x + 3) / 6 within [0, 1], first as x / 3 within [-1, 1]. The last bit of a left shift comes
    // after the multiplication, so that only it saturates.
    std::int32_t gate = fine;
    if (to_gate.shift > 0) gate = saturate_16(gate * (1 << (to_gate.shift - 1)));
    gate = doubling_high_16(gate, to_gate.multiplier);
    if (to_gate.shift > 0) gate = saturate_16(gate * 2);
    if (to_gate.shift < 0) gate = fixed_point::divide(gate, -to_gate.shift);
    gate = (gate + (1 << 15)) >> 1;
    const std::int32_t scaled = gate * doubling_high_16(fine, to_output.multiplier) / (1 << 15);
    return saturate(fixed_point::divide(scaled, -to_output.shift) + ends.out.zero_point);
  });
}

// Source: tensorflow/lite/kernels/internal/reference/leaky_relu.h and micro/kernels/leaky_relu_common.cc.
ImportedOperator import_leaky_relu(const OperatorView& view) {
  const Ends ends = ends_of(view);
  const float slope = ends.in.scale * view.options<schema::LeakyReluOptions>().alpha() / ends.out.scale;
  view.require(std::isfinite(slope), "alpha is not a number");
  const QuantizedMultiplier below =
      quantize_multiplier(static_cast<double>(std::abs(slope)), view.rounding());
  const QuantizedMultiplier above =
      quantize_multiplier(static_cast<double>(ends.in.scale / ends.out.scale), view.rounding());
  view.require(below.shift <= max_left_shift_of_8_bits && above.shift <= max_left_shift_of_8_bits,
               "output scale is too small for its input scale");
  return tabulate("LEAKY_RELU", ends.input, [&](std::int32_t value) {
    const std::int32_t x = value - ends.in.zero_point;
    const std::int32_t scaled = multiply(view.rounding(), x, x >= 0 ? above : below);
    return saturate(ends.out.zero_point + (x < 0 && slope < 0 ? -scaled : scaled));
  });
}

// Source: tensorflow/lite/micro/kernels/elu.cc.
ImportedOperator import_elu(const OperatorView& view) {
  const Ends ends = ends_of(view);
  const float inverse_scale = 1 / ends.out.scale;
  view.require(std::isfinite(inverse_scale), "output scale is too small");
  return tabulate("ELU", ends.input, [&](std::int32_t value) {
    const float x = ends.in.scale * static_cast<float>(value - ends.in.zero_point);
    const float y = x < 0.0F ? std::exp(x) - 1.0F : x;
    const float steps = std::round(y * inverse_scale) + static_cast<float>(ends.out.zero_point);
    return static_cast<std::int8_t>(std::clamp(steps, -128.0F, 127.0F));
  });
}

// Source: tensorflow/lite/micro/kernels/elementwise.cc.
ImportedOperator import_abs(const OperatorView& view) {
  const Ends ends = ends_of(view);
  const QuantizedMultiplier scale =
      quantize_multiplier(static_cast<double>(ends.in.scale / ends.out.scale), view.rounding());
  view.require(scale.shift <= max_left_shift_of_8_bits, "output scale is too small for its input scale");
  return tabulate("ABS", ends.input, [&](std::int32_t value) {
    const std::int32_t x = std::abs(value - ends.in.zero_point);
    const std::int32_t scaled = ends.in.scale == ends.out.scale ? x : multiply(view.rounding(), x, scale);
    return saturate(scaled + ends.out.zero_point);
  });
}

}  // namespace coinfer::graph
