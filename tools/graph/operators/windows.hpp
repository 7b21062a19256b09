// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {

// The sliding window as the file states it.
struct WindowOptions {
  std::int32_t height = 1;
  std::int32_t width = 1;
  std::int32_t stride_height = 1;
  std::int32_t stride_width = 1;
  std::int32_t dilation_height = 1;
  std::int32_t dilation_width = 1;
  schema::Padding padding = schema::Padding::VALID;
};

// Of a tensor that has to have batch, height, width and channels.
Shape spatial_shape(const FileTensor& tensor);

// With the padding computed as TensorFlow does; refuses a window for which `out` is not the output size.
Window window_of(const WindowOptions& options, const Shape& in, const Shape& out);

}  // namespace coinfer::graph
