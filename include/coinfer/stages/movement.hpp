// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer/compiler.hpp"
#include "coinfer/ops/concatenation.hpp"
#include "coinfer/ops/pad.hpp"
#include "coinfer/ops/reshape.hpp"
#include "coinfer/ops/resize_nearest_neighbor.hpp"
#include "coinfer/ops/transpose.hpp"
#include "coinfer/stages/stage.hpp"

// Stages that move int8 elements without computing.
COINFER_CODE_BEGIN
namespace coinfer {

// S: in, out, params.
template <class S>
struct PadStage : OneInput<S> {
  static constexpr Pad params = S::params;
  static_assert(params.in == S::in.shape && params.out == S::out.shape,
                "coinfer: the parameters of this PAD do not fit its tensors");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template pad_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                       views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: inputs[], out, axis. Each input follows the one before it along the axis (PACK: they have none, and each
// counts as one along a new axis). Row by row, so that the output may overlap an input.
template <class S>
struct ConcatenationStage {
  static constexpr int input_count = sizeof(S::inputs) / sizeof(S::inputs[0]);
  static constexpr StageIo io = {S::inputs, input_count, &S::out};

  static constexpr std::int32_t out_size = size_along(S::axis, S::out.shape);
  // Elements of an input along the axis of the output.
  static constexpr std::int32_t size_of(int input) {
    return S::inputs[input]->shape.elements() / (S::out.shape.elements() / out_size);
  }
  static constexpr ConcatenationInput part(int input) {
    std::int32_t offset = 0;
    for (int i = 0; i < input; ++i) offset += size_of(i);
    return {with_size_along(S::axis, size_of(input), S::out.shape), S::out.shape, S::axis, offset};
  }
  static constexpr bool inputs_fit() {
    for (int i = 0; i < input_count; ++i) {
      const Shape& shape = S::inputs[i]->shape;
      if (part(i).in.height != shape.height || part(i).in.row_elements() != shape.row_elements())
        return false;
    }
    return true;
  }
  static constexpr ConcatenationInput params = part(0);
  static_assert(inputs_fit() && part(input_count - 1).offset + size_of(input_count - 1) == out_size,
                "coinfer: the inputs of this CONCATENATION do not add up to its output");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    for (std::int32_t y = rows.begin; y < rows.end; ++y) {
      for (int i = 0; i < input_count; ++i) {
        Kernels::template concatenation_s8<Rounding>(
            part(i), views.template rows<const std::int8_t>(*S::inputs[i]),
            views.template rows<std::int8_t>(S::out), RowRange{y, y + 1}, scratch);
      }
    }
  }
};

// S: in, out. Costs nothing where the importer gave both one place.
template <class S>
struct ReshapeStage {
  static constexpr const TensorInfo* inputs[] = {&S::in};
  static constexpr StageIo io = {inputs, 1, &S::out, true};
  static constexpr Reshape params = {S::in.shape, S::out.shape};
  static_assert(S::in.shape.elements() == S::out.shape.elements(),
                "coinfer: the input and the output of this RESHAPE differ in size");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template reshape_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                           views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, params.
template <class S>
struct TransposeStage : OneInput<S> {
  static constexpr Transpose params = S::params;
  static_assert(params.in == S::in.shape && params.out == S::out.shape,
                "coinfer: the parameters of this TRANSPOSE do not fit its tensors");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template transpose_s8<Rounding>(params, views.template rows<const std::int8_t>(S::in),
                                             views.template rows<std::int8_t>(S::out), rows, scratch);
  }
};

// S: in, out, align_corners, half_pixel_centers.
template <class S>
struct ResizeNearestNeighborStage : OneInput<S> {
  static constexpr ResizeNearestNeighbor params = {S::in.shape, S::out.shape, S::align_corners,
                                                   S::half_pixel_centers};
  static_assert(S::in.shape.channels == S::out.shape.channels,
                "coinfer: the input and the output of this RESIZE_NEAREST_NEIGHBOR differ in channels");

  template <class Kernels, class Rounding, class Views>
  static void run(const Views& views, RowRange rows, Scratch scratch) {
    Kernels::template resize_nearest_neighbor_s8<Rounding>(
        params, views.template rows<const std::int8_t>(S::in), views.template rows<std::int8_t>(S::out), rows,
        scratch);
  }
};

}  // namespace coinfer
COINFER_CODE_END
