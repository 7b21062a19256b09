// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/tensorflow.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer::layout {

// Filters of 4 bits a value, as in the .tflite file: TensorFlow's order, two values a byte, the lower half
// first.
struct Nibbles {
  template <class Params>
  static constexpr std::int32_t filter_bytes(const Params& p) {
    return (TensorFlow::filter_bytes(p) + 1) / 2;
  }
};

template <class Params, class... Tap>
constexpr std::int32_t filter_value(const Params& p, const NibbleWeights& w, std::int32_t m, Tap... tap) {
  const std::int32_t index = TensorFlow::filter_index(p, m, tap...);
  const std::int32_t half = (w.filter[index / 2] >> (index % 2 * 4)) & 15;
  return half < 8 ? half : half - 16;
}

}  // namespace coinfer::layout
COINFER_CODE_END
