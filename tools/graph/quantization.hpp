// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/ops/window.hpp"
#include "graph/graph.hpp"

// From the file's float scales to the kernels' integers, computed with the same float and double operations,
// in the same order, as TensorFlow Lite does: the results have to be equal to the last bit.
namespace coinfer::graph {

// Scale and zero point of one tensor that is quantized as a whole.
struct Quantization {
  float scale = 0.0F;
  std::int32_t zero_point = 0;
};

// value = multiplier * 2^(shift - 31), multiplier in [2^30, 2^31).
struct QuantizedMultiplier {
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
};

// Values below 2^-32 become 0. Single rounding has no shift above 30 and saturates there; with double
// rounding a shift above 30 throws ImportError, because the kernels would overflow.
// Source: tensorflow/lite/kernels/internal/quantization_util.cc, QuantizeMultiplier.
QuantizedMultiplier quantize_multiplier(double value, RoundingRule rounding);

enum class Activation { none, relu, relu6, relu_n1_to_1 };

// Bounds of the activation in the output's quantization, within [lowest, highest] of the output's type.
// Source: tensorflow/lite/kernels/kernel_util.cc, CalculateActivationRangeQuantized.
Clamp activation_clamp(Activation activation, Quantization output, std::int32_t lowest, std::int32_t highest);

struct SoftmaxScaling {
  QuantizedMultiplier input;
  std::int32_t diff_min = 0;
};

// Throws ImportError when beta * scale is too small to be represented.
// Source: quantization_util.cc, PreprocessSoftmaxScaling and CalculateInputRadius.
SoftmaxScaling softmax_scaling(double beta, double input_scale, RoundingRule rounding);

}  // namespace coinfer::graph
