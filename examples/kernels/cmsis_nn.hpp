// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arm_nnfunctions.h>  // CMSIS-NN 5 or later, from Arm

#include <cstdint>
#include <type_traits>

#include "coinfer/config.hpp"
#include "coinfer_kernels/portable.hpp"

// CONV_2D by CMSIS-NN, the rest by Portable. For models imported with the double rounding rule, CMSIS-NN's
// own unless it was built with CMSIS_NN_USE_SINGLE_ROUNDING.
struct CmsisNn : coinfer::kernels::Portable {
  static constexpr const char* name = "cmsis_nn";

  // CMSIS-NN wants a multiplier and a 32-bit shift for each channel, and four windows in multiples of 16
  // bytes at most.
  using Portable::scratch_bytes;
  static constexpr std::int32_t scratch_bytes(const coinfer::Conv2d& p) {
    const std::int32_t taps = p.window.height * p.window.width * p.in.channels;
    return 8 * p.out.channels + 4 * ((taps + 15) / 16 * 16);
  }

  template <class Rounding>
  static void conv_2d_s8(const coinfer::Conv2d& p, const coinfer::ChannelWeights& w,
                         coinfer::Rows<const std::int8_t> in, coinfer::Rows<std::int8_t> out,
                         coinfer::RowRange rows, coinfer::Scratch scratch) {
    static_assert(std::is_same_v<Rounding, coinfer::rounding::Double>, "import with --rounding double");
    auto* multiplier = static_cast<std::int32_t*>(scratch.base);
    std::int32_t* shift = multiplier + p.out.channels;
    for (std::int32_t c = 0; c < p.out.channels; ++c) {
      multiplier[c] = w.multiplier[p.per_channel ? c : 0];
      shift[c] = w.shift[p.per_channel ? c : 0];
    }
    // A range of rows is a smaller image with its own padding above.
    const coinfer::RowRange needed = p.input_rows(rows);
    const std::int32_t above = p.window.pad_top - rows.begin * p.window.stride_height;
    const cmsis_nn_context buffer = {shift + p.out.channels, scratch.bytes - 8 * p.out.channels};
    const cmsis_nn_conv_params params = {-p.in_zero_point,
                                         p.out_zero_point,
                                         {p.window.stride_width, p.window.stride_height},
                                         {p.window.pad_left, above > 0 ? above : 0},
                                         {p.window.dilation_width, p.window.dilation_height},
                                         {p.clamp.min, p.clamp.max}};
    const cmsis_nn_per_channel_quant_params scales = {multiplier, shift};
    const cmsis_nn_dims input = {1, needed.count(), p.in.width, p.in.channels};
    const cmsis_nn_dims filter = {p.out.channels, p.window.height, p.window.width, p.in.channels};
    const cmsis_nn_dims bias = {1, 1, 1, p.out.channels};
    const cmsis_nn_dims output = {1, rows.count(), p.out.width, p.out.channels};
    COINFER_ASSERT(in.packed(p.in.row_elements()) && out.packed(p.out.row_elements()));
    [[maybe_unused]] const auto status =
        arm_convolve_wrapper_s8(&buffer, &params, &scales, &input, in.row(needed.begin), &filter, w.filter,
                                &bias, w.bias, &output, out.row(rows.begin));
    COINFER_ASSERT(status == ARM_CMSIS_NN_SUCCESS);
  }
};
