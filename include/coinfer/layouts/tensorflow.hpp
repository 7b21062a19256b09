// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/ops/transpose_conv.hpp"

COINFER_CODE_BEGIN
namespace coinfer::layout {

// As in the .tflite file: convolution, transposed or not, [out][height][width][in], depthwise
// [height][width][out], fully connected [out][in].
struct TensorFlow {
  static constexpr std::int32_t filter_bytes(const Conv2d& p) {
    return p.out.channels * p.window.height * p.window.width * p.in.channels;
  }
  static constexpr std::int32_t filter_bytes(const TransposeConv& p) {
    return p.out.channels * p.window.height * p.window.width * p.in.channels;
  }
  static constexpr std::int32_t filter_bytes(const DepthwiseConv2d& p) {
    return p.window.height * p.window.width * p.out.channels;
  }
  static constexpr std::int32_t filter_bytes(const FullyConnected& p) {
    return p.out.channels * p.input_depth;
  }

  static constexpr std::int32_t filter_index(const Conv2d& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx, std::int32_t c) {
    return ((m * p.window.height + ky) * p.window.width + kx) * p.in.channels + c;
  }
  static constexpr std::int32_t filter_index(const TransposeConv& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx, std::int32_t c) {
    return ((m * p.window.height + ky) * p.window.width + kx) * p.in.channels + c;
  }
  static constexpr std::int32_t filter_index(const DepthwiseConv2d& p, std::int32_t m, std::int32_t ky,
                                             std::int32_t kx) {
    return (ky * p.window.width + kx) * p.out.channels + m;
  }
  static constexpr std::int32_t filter_index(const FullyConnected& p, std::int32_t m, std::int32_t i) {
    return m * p.input_depth + i;
  }
};

}  // namespace coinfer::layout
COINFER_CODE_END
