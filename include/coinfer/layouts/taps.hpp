// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"

COINFER_CODE_BEGIN
namespace coinfer::layout {

// Calls visit(tap...) for each filter value of an output channel: row, column and channel of a convolution;
// row and column of a depthwise one; place in the input vector.
template <class Visit>
constexpr void for_taps(const Conv2d& p, const Visit& visit) {
  for (std::int32_t ky = 0; ky < p.window.height; ++ky) {
    for (std::int32_t kx = 0; kx < p.window.width; ++kx) {
      for (std::int32_t c = 0; c < p.in.channels; ++c) visit(ky, kx, c);
    }
  }
}

template <class Visit>
constexpr void for_taps(const DepthwiseConv2d& p, const Visit& visit) {
  for (std::int32_t ky = 0; ky < p.window.height; ++ky) {
    for (std::int32_t kx = 0; kx < p.window.width; ++kx) visit(ky, kx);
  }
}

template <class Visit>
constexpr void for_taps(const FullyConnected& p, const Visit& visit) {
  for (std::int32_t i = 0; i < p.input_depth; ++i) visit(i);
}

}  // namespace coinfer::layout
COINFER_CODE_END
