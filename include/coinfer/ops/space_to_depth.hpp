// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Each pixel of `coarse` is a block of `block` x `block` pixels of `fine`; 64 bits, as files hold any block.
constexpr bool blocks_fit(const Shape& fine, const Shape& coarse, std::int64_t block) {
  return block > 0 && fine.height == coarse.height * block && fine.width == coarse.width * block &&
         coarse.channels == fine.channels * block * block;
}

// SPACE_TO_DEPTH, int8: each block of `block` x `block` pixels becomes one pixel, its pixels one after the
// other. Source: tensorflow/lite/kernels/internal/reference/space_to_depth.h.
struct SpaceToDepth {
  Shape in;
  Shape out;
  std::int32_t block = 1;

  constexpr RowRange input_rows(RowRange rows) const { return {rows.begin * block, rows.end * block}; }
};

// DEPTH_TO_SPACE, int8: the inverse. Source: tensorflow/lite/kernels/internal/reference/depth_to_space.h.
struct DepthToSpace {
  Shape in;
  Shape out;
  std::int32_t block = 1;

  constexpr RowRange input_rows(RowRange rows) const {
    return {rows.begin / block, (rows.end - 1) / block + 1};
  }
};

}  // namespace coinfer
COINFER_CODE_END
