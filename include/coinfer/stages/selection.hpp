// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/gather.hpp"
#include "coinfer/ops/resize_bilinear.hpp"
#include "coinfer/ops/space_to_depth.hpp"
#include "coinfer/ops/strided_slice.hpp"
#include "coinfer/stages/stage.hpp"

// Stages that take some elements of a tensor, or put them in another order.
COINFER_CODE_BEGIN
namespace coinfer {

// S: in, out, params.
template <class S>
struct StridedSliceStage : OneInput<S> {
  static constexpr StridedSlice params = S::params;

  static constexpr bool inside(std::int32_t begin, std::int32_t stride, std::int32_t count,
                               std::int32_t size) {
    const std::int32_t last = begin + (count - 1) * stride;
    return count > 0 && begin >= 0 && begin < size && last >= 0 && last < size;
  }
  static_assert(params.in == S::in.shape && params.out == S::out.shape &&
                    params.taken.elements() == params.out.elements() &&
                    (params.keeps_rows() || params.out.height == 1) &&
                    inside(params.begin[0], params.stride[0], params.taken.height, params.in.height) &&
                    inside(params.begin[1], params.stride[1], params.taken.width, params.in.width) &&
                    inside(params.begin[2], params.stride[2], params.taken.channels, params.in.channels),
                "coinfer: the parameters of this slice do not fit its tensors");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template strided_slice_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                                 views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, axis, positions[].
template <class S>
struct GatherStage : OneInput<S> {
  static constexpr Gather params = {S::in.shape, S::out.shape, S::axis};

  static constexpr std::int32_t in_size = size_along(S::axis, S::in.shape);
  static constexpr std::int32_t out_size = size_along(S::axis, S::out.shape);
  static constexpr bool positions_inside() {
    for (const std::int32_t position : S::positions) {
      if (position < 0 || position >= in_size) return false;
    }
    return sizeof(S::positions) / sizeof(S::positions[0]) == static_cast<std::size_t>(out_size);
  }
  static_assert(positions_inside() && S::in.shape.elements() / in_size == S::out.shape.elements() / out_size,
                "coinfer: the positions of this GATHER do not fit its tensors");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template gather_s8<Rounding>(params, S::positions, views.template rows<const std::int8_t>(S::in),
                                          views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, block.
template <class S>
struct SpaceToDepthStage : OneInput<S> {
  static constexpr SpaceToDepth params = {S::in.shape, S::out.shape, S::block};
  static_assert(blocks_fit(S::in.shape, S::out.shape, S::block),
                "coinfer: the output shape of this SPACE_TO_DEPTH does not follow from its input and block");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template space_to_depth_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                                  views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, block.
template <class S>
struct DepthToSpaceStage : OneInput<S> {
  static constexpr DepthToSpace params = {S::in.shape, S::out.shape, S::block};
  static_assert(blocks_fit(S::out.shape, S::in.shape, S::block),
                "coinfer: the output shape of this DEPTH_TO_SPACE does not follow from its input and block");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template depth_to_space_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                                  views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, align_corners, half_pixel_centers.
template <class S>
struct ResizeBilinearStage : OneInput<S> {
  static constexpr ResizeBilinear params = {S::in.shape, S::out.shape, S::align_corners,
                                            S::half_pixel_centers};
  static_assert(S::in.shape.channels == S::out.shape.channels,
                "coinfer: the input and the output of this RESIZE_BILINEAR differ in channels");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template resize_bilinear_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                                   views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
