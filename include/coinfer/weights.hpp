// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace coinfer {

// Constants of a stage with a filter. Two layouts may hold the same numbers in another order; the layout is
// a type, named by the model, and a kernel set says which ones it accepts.
struct ChannelWeights {
  const std::int8_t* filter;
  const std::int32_t* bias;        // [output channel], or null
  const std::int32_t* multiplier;  // [output channel], or [1] when the stage is quantized per tensor
  const std::int8_t* shift;        // as multiplier; positive = left
};

// The same constants as the importer writes them, one object per stage, in the model's layout.
template <std::int32_t filter_size, std::int32_t channels, std::int32_t scales>
struct StageWeights {
  std::int32_t bias[channels];
  std::int32_t multiplier[scales];
  std::int8_t shift[scales];
  std::int8_t filter[filter_size];

  constexpr ChannelWeights view() const { return {filter, bias, multiplier, shift}; }
};

namespace layout {
// As in the .tflite file: convolution [out][height][width][in], depthwise [height][width][out],
// fully connected [out][in].
struct TensorFlow {};
}  // namespace layout

// Working memory that a kernel may use during one call; its size is the kernel set's scratch_bytes(params).
struct Scratch {
  void* base = nullptr;
  std::int32_t bytes = 0;
};

}  // namespace coinfer
