// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <esp_nn.h>  // ESP-NN 1.1 or later, from Espressif

#include <cstdint>
#include <type_traits>

#include "coinfer/config.hpp"
#include "coinfer_kernels/portable.hpp"

// CONV_2D by ESP-NN (assembly on the ESP32-S3 and ESP32-P4), the rest by Portable. `buffer` is the working
// memory that ESP-NN asks for at most: esp_nn_get_conv_scratch_size() tells; a call that needs more is an
// assertion.
template <std::int32_t buffer>
struct EspNn : coinfer::kernels::Portable {
  static constexpr const char* name = "esp_nn";

  using Portable::scratch_bytes;
  static constexpr std::int32_t scratch_bytes(const coinfer::Conv2d& p) {
    const std::int32_t own = 8 * p.out.channels + buffer;  // a multiplier and a 32-bit shift for each channel
    return own > Portable::scratch_bytes(p) ? own : Portable::scratch_bytes(p);
  }

  template <class Rounding>
  static void conv_2d_s8(const coinfer::Conv2d& p, const coinfer::ChannelWeights& w,
                         coinfer::Rows<const std::int8_t> in, coinfer::Rows<std::int8_t> out,
                         coinfer::RowRange rows, coinfer::Scratch scratch) {
    static_assert(std::is_same_v<Rounding, coinfer::rounding::Double>, "import with --rounding double");
    if (p.window.dilation_width > 1 || p.window.dilation_height > 1) {  // not in ESP-NN
      return Portable::conv_2d_s8<Rounding>(p, w, in, out, rows, scratch);
    }
    auto* multiplier = static_cast<std::int32_t*>(scratch.base);
    std::int32_t* shift = multiplier + p.out.channels;
    for (std::int32_t c = 0; c < p.out.channels; ++c) {
      multiplier[c] = w.multiplier[p.per_channel ? c : 0];
      shift[c] = w.shift[p.per_channel ? c : 0];
    }
    // A range of rows is a smaller image with its own padding above.
    const coinfer::RowRange needed = p.input_rows(rows);
    const std::int32_t above = p.window.pad_top - rows.begin * p.window.stride_height;
    const data_dims_t input = {p.in.width, needed.count(), p.in.channels, 1};
    const data_dims_t filter = {p.window.width, p.window.height, p.in.channels, 1};
    const data_dims_t output = {p.out.width, rows.count(), p.out.channels, 1};
    const conv_params_t params = {-p.in_zero_point,
                                  p.out_zero_point,
                                  {p.window.stride_width, p.window.stride_height},
                                  {p.window.pad_left, above > 0 ? above : 0},
                                  {1, 1},
                                  {p.clamp.min, p.clamp.max}};
    const quant_data_t scales = {shift, multiplier};
    COINFER_ASSERT(in.packed(p.in.row_elements()) && out.packed(p.out.row_elements()) &&
                   esp_nn_get_conv_scratch_size(&input, &filter, &output, &params) <= buffer);
    esp_nn_set_conv_scratch_buf(shift + p.out.channels);
    esp_nn_conv_s8(&input, in.row(needed.begin), &filter, w.filter, w.bias, &output, out.row(rows.begin),
                   &params, &scales);
  }
};
