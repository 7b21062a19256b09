// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/tensor.hpp"

// Where a stage's output may lie in the memory of an input that no later stage reads. It rests on what every
// kernel keeps to: output rows are computed in ascending order; once a byte of output row y is written, no
// input row before input_rows({y, y + 1}).begin is read again. Kernels whose params say `in_place` may also
// write exactly over the input: they read an element before they write it, and none before it afterwards.
COINFER_CODE_BEGIN
namespace coinfer {

// How a kernel set computes depthwise convolutions of more than one input channel.
enum class DepthwiseOrder : std::uint8_t {
  rows,      // like every other stage
  channels,  // one channel after the other: exactly in place, or in memory of its own
};

struct Overlap {
  std::int32_t distance = 0;  // the output may begin this many bytes, or more, before the input
  bool in_place = false;      // or exactly where the input begins

  constexpr bool allows(std::int32_t in_offset, std::int32_t out_offset) const {
    return in_offset - out_offset >= distance || (in_place && in_offset == out_offset);
  }
};

namespace detail {

template <class Params, class = void>
struct WorksInPlace : std::false_type {};
template <class Params>
struct WorksInPlace<Params, std::enable_if_t<Params::in_place>> : std::true_type {};

}  // namespace detail

// Least distance in bytes by which an output has to begin before its input, so that the end of each output
// row y is no later than the first input row that row y or a later one reads. At most the output's size:
// then they do not overlap. `row_bytes`: from one row to the next.
template <class Params>
constexpr std::int32_t row_distance(const Params& params, std::int32_t in_height, std::int32_t in_row_bytes,
                                    std::int32_t out_height, std::int32_t out_row_bytes) {
  std::int32_t distance = 0;
  std::int32_t first_read = in_height;  // by output rows from y on
  for (std::int32_t y = out_height - 1; y >= 0; --y) {
    const RowRange read = params.input_rows(RowRange{y, y + 1});
    if (read.count() > 0 && read.begin < first_read) first_read = read.begin;
    const std::int32_t needed = (y + 1) * out_row_bytes - first_read * in_row_bytes;
    if (needed > distance) distance = needed;
  }
  return distance;
}

// `Tensor` has a shape and a type.
template <class Params, class Tensor>
constexpr Overlap overlap(const Params& params, const Tensor& in, const Tensor& out, DepthwiseOrder order) {
  const std::int32_t in_bytes = bytes_per_element(in.type);
  const std::int32_t out_bytes = bytes_per_element(out.type);
  const Overlap apart = {out.shape.elements() * out_bytes, false};
  if constexpr (std::is_same_v<Params, DepthwiseConv2d>) {
    if (order == DepthwiseOrder::channels && in.type != DataType::s16 && in.shape.channels > 1) {
      // A wider output row would overwrite input rows that are still to be read, and so would the first
      // outputs where their windows lie wholly outside: lines of outputs may be rows or columns.
      const Window& w = params.window;
      const bool inside =
          w.pad_top <= (w.height - 1) * w.dilation_height && w.pad_left <= (w.width - 1) * w.dilation_width;
      return {apart.distance, params.depth_multiplier() == 1 && out.shape.width <= in.shape.width && inside};
    }
  }
  if constexpr (detail::WorksInPlace<Params>::value) {
    if (in.shape.elements() != out.shape.elements()) return apart;  // an operand that is broadcast
  }
  return {row_distance(params, in.shape.height, in.shape.row_elements() * in_bytes, out.shape.height,
                       out.shape.row_elements() * out_bytes),
          detail::WorksInPlace<Params>::value && out_bytes <= in_bytes};
}

}  // namespace coinfer
COINFER_CODE_END
