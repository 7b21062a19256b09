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
