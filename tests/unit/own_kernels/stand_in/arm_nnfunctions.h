// SPDX-License-Identifier: Apache-2.0
// What examples/kernels/cmsis_nn.hpp uses of CMSIS-NN's interface, computed by our reference kernel.
#pragma once

#include <cstdint>

#include "convolution.hpp"

enum arm_cmsis_nn_status { ARM_CMSIS_NN_SUCCESS = 0, ARM_CMSIS_NN_ARG_ERROR = -1 };
struct cmsis_nn_tile {
  std::int32_t w, h;
};
struct cmsis_nn_context {
  void* buf;
  std::int32_t size;
};
struct cmsis_nn_dims {
  std::int32_t n, h, w, c;
};
struct cmsis_nn_activation {
  std::int32_t min, max;
};
struct cmsis_nn_conv_params {
  std::int32_t input_offset, output_offset;
  cmsis_nn_tile stride, padding, dilation;
  cmsis_nn_activation activation;
};
struct cmsis_nn_per_channel_quant_params {
  std::int32_t *multiplier, *shift;
};

inline arm_cmsis_nn_status arm_convolve_wrapper_s8(const cmsis_nn_context* buffer,
                                                   const cmsis_nn_conv_params* conv,
                                                   const cmsis_nn_per_channel_quant_params* scales,
                                                   const cmsis_nn_dims* in, const std::int8_t* input,
                                                   const cmsis_nn_dims* window, const std::int8_t* filter,
                                                   const cmsis_nn_dims* bias_dims, const std::int32_t* bias,
                                                   const cmsis_nn_dims* out, std::int8_t* output) {
  const std::int32_t window_bytes = (window->h * window->w * window->c + 15) / 16 * 16;
  if (in->n != 1 || out->n != 1 || window->n != out->c || window->c != in->c || bias_dims->c != out->c ||
      buffer->size < 4 * window_bytes) {
    return ARM_CMSIS_NN_ARG_ERROR;
  }
  coinfer::Conv2d p;
  p.in = {in->h, in->w, in->c};
  p.out = {out->h, out->w, out->c};
  p.window = coinfer::window(window->h, window->w)
                 .stride(conv->stride.h, conv->stride.w)
                 .dilation(conv->dilation.h, conv->dilation.w)
                 .pad(conv->padding.h, conv->padding.w);
  p.in_zero_point = -conv->input_offset;
  p.out_zero_point = conv->output_offset;
  p.clamp = {conv->activation.min, conv->activation.max};
  coinfer::test::convolve(p, filter, bias, scales->multiplier, scales->shift, input, output);
  return ARM_CMSIS_NN_SUCCESS;
}
