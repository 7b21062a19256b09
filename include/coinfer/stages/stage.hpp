// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/model.hpp"
#include "coinfer/ops/window.hpp"
#include "coinfer/rows.hpp"
#include "coinfer/weights.hpp"

// Stage templates: each takes a generated description S (tensors, window, weights), derives the operator's
// parameters, and has
//   params                               constexpr parameters of the operator
//   io                                   which tensors it reads and writes
//   run<Kernels, Rounding>(views, rows, scratch)
//   state_end                            only where it keeps a state from run to run (recurrent.hpp)
// `views` decides where rows live: views.rows<T>(tensor) gives the rows of a tensor. An executor is a choice
// of views and of row ranges; the result does not depend on it.
COINFER_CODE_BEGIN
namespace coinfer {

// Views of the whole executor: every tensor at its place in the arena.
struct ArenaViews {
  std::uint8_t* arena;
  std::uint8_t* states = nullptr;  // of the recurrent stages, one after the other

  template <class T>
  Rows<T> rows(const TensorInfo& tensor) const {
    return whole_tensor(reinterpret_cast<T*>(arena + tensor.arena_offset), tensor.shape);
  }
  template <class T>
  T* state(std::int32_t offset) const {
    return reinterpret_cast<T*>(states + offset);
  }
};

template <class S>
struct OneInput {
  static constexpr const TensorInfo* inputs[] = {&S::in};
  static constexpr StageIo io = {inputs, 1, &S::out};
};

// True when `out_size` positions of the window along one axis begin inside the input and leave no room for
// another one (SAME and VALID padding of TensorFlow both do).
constexpr bool window_fits(std::int32_t in_size, std::int32_t out_size, std::int32_t taps,
                           std::int32_t stride, std::int32_t dilation, std::int32_t pad) {
  const std::int32_t extent = (taps - 1) * dilation + 1;
  return pad >= 0 && pad < extent && (out_size - 1) * stride - pad < in_size &&
         out_size * stride - pad + extent > in_size;
}

constexpr bool window_fits(const Shape& in, const Shape& out, const Window& w) {
  return window_fits(in.height, out.height, w.height, w.stride_height, w.dilation_height, w.pad_top) &&
         window_fits(in.width, out.width, w.width, w.stride_width, w.dilation_width, w.pad_left);
}

// A function, so that compilers report the sentence of a failed assertion and not each term of it.
constexpr bool filter_fits(std::size_t filter_bytes, std::int32_t weights) {
  return filter_bytes == static_cast<std::size_t>(weights);
}

}  // namespace coinfer
COINFER_CODE_END
