// SPDX-License-Identifier: Apache-2.0
// What examples/kernels/esp_nn.hpp uses of ESP-NN's interface, computed by our reference kernel.
#pragma once

#include <cstdint>

#include "convolution.hpp"

struct data_dims_t {
  std::int32_t width, height, channels, extra;
};
struct data_2d_t {
  std::int32_t width, height;
};
struct act_params_t {
  std::int32_t min, max;
};
struct quant_data_t {
  std::int32_t *shift, *mult;
};
struct conv_params_t {
  std::int32_t in_offset, out_offset;
  data_2d_t stride, padding, dilation;
  act_params_t activation;
};

inline int esp_nn_get_conv_scratch_size(const data_dims_t* in, const data_dims_t*, const data_dims_t*,
                                        const conv_params_t*) {
  return in->width * in->height * in->channels;
}

inline void* esp_nn_buffer = nullptr;
inline void esp_nn_set_conv_scratch_buf(const void* buffer) { esp_nn_buffer = const_cast<void*>(buffer); }

inline void esp_nn_conv_s8(const data_dims_t* in, const std::int8_t* input, const data_dims_t* window,
                           const std::int8_t* filter, const std::int32_t* bias, const data_dims_t* out,
                           std::int8_t* output, const conv_params_t* conv, const quant_data_t* quant) {
  // As the assembly does: it uses all the memory that it asked for.
  const auto bytes = static_cast<std::size_t>(in->width * in->height * in->channels);
  std::memcpy(esp_nn_buffer, input, bytes);
  coinfer::Conv2d p;
  p.in = {in->height, in->width, in->channels};
  p.out = {out->height, out->width, out->channels};
  p.window = coinfer::window(window->height, window->width)
                 .stride(conv->stride.height, conv->stride.width)
                 .pad(conv->padding.height, conv->padding.width);
  p.in_zero_point = -conv->in_offset;
  p.out_zero_point = conv->out_offset;
  p.clamp = {conv->activation.min, conv->activation.max};
  coinfer::test::convolve(p, filter, bias, quant->mult, quant->shift,
                          static_cast<const std::int8_t*>(esp_nn_buffer), output);
}
