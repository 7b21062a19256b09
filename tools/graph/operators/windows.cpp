// SPDX-License-Identifier: Apache-2.0
#include "graph/operators/windows.hpp"

#include <algorithm>

namespace coinfer::graph {
namespace {

constexpr std::int32_t max_extent = 1 << 24;
// Kernels compute element indices of taps before they see that these are padding.
constexpr std::int64_t max_index = std::int64_t{1} << 30;

// Source: tensorflow/lite/kernels/padding.h. Returns the padding before the first element.
std::int32_t padding_before(schema::Padding padding, std::int64_t size, std::int64_t filter,
                            std::int64_t stride, std::int64_t dilation, std::int64_t out, const char* axis) {
  OperatorView::require(
      filter >= 1 && stride >= 1 && dilation >= 1 && filter <= max_extent && stride <= max_extent &&
          dilation <= max_extent && (filter - 1) * dilation < max_extent && size <= max_extent,
      std::string("window ") + axis + " " + std::to_string(filter) + ", stride " + std::to_string(stride) +
          ", dilation " + std::to_string(dilation) + " is out of range");
  const std::int64_t extent = (filter - 1) * dilation + 1;
  const bool same = padding == schema::Padding::SAME;
  const std::int64_t expected = same ? (size + stride - 1) / stride : (size - extent + stride) / stride;
  OperatorView::require(size >= extent || same, std::string("window ") + axis + " " + std::to_string(extent) +
                                                    " is larger than the input, " + std::to_string(size));
  OperatorView::require(out == expected, std::string("output ") + axis + " is " + std::to_string(out) +
                                             ", the window gives " + std::to_string(expected));
  return static_cast<std::int32_t>(std::max<std::int64_t>(0, (out - 1) * stride + extent - size) / 2);
}

}  // namespace

Shape spatial_shape(const FileTensor& tensor) {
  OperatorView::require(tensor.shape.size() == 4, describe(tensor) + " should have 4 dimensions");
  return shape_of(tensor);
}

Window window_of(const WindowOptions& options, const Shape& in, const Shape& out) {
  Window window;
  window.height = options.height;
  window.width = options.width;
  window.stride_height = options.stride_height;
  window.stride_width = options.stride_width;
  window.dilation_height = options.dilation_height;
  window.dilation_width = options.dilation_width;
  OperatorView::require(options.padding == schema::Padding::SAME || options.padding == schema::Padding::VALID,
                        "padding is neither SAME nor VALID");
  window.pad_top = padding_before(options.padding, in.height, options.height, options.stride_height,
                                  options.dilation_height, out.height, "height");
  window.pad_left = padding_before(options.padding, in.width, options.width, options.stride_width,
                                   options.dilation_width, out.width, "width");
  const std::int64_t channels = std::max(in.channels, out.channels);
  const std::int64_t rows = std::int64_t{options.height - 1} * options.dilation_height + in.height;
  const std::int64_t columns = std::int64_t{options.width - 1} * options.dilation_width + in.width;
  OperatorView::require(rows * in.width * channels <= max_index && columns * channels <= max_index,
                        "window with its dilation is out of range for an input of this size");
  return window;
}

}  // namespace coinfer::graph
