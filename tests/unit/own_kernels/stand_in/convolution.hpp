// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "coinfer/rounding.hpp"
#include "coinfer_kernels/reference.hpp"

namespace coinfer::test {

// A convolution of whole, packed tensors, one multiplier and 32-bit shift for each channel.
inline void convolve(Conv2d p, const std::int8_t* filter, const std::int32_t* bias,
                     const std::int32_t* multiplier, const std::int32_t* shift, const std::int8_t* input,
                     std::int8_t* output) {
  p.per_channel = true;
  const std::vector<std::int8_t> shifts(shift, shift + p.out.channels);
  kernels::Reference::conv_2d_s8<rounding::Double>(p, ChannelWeights{filter, bias, multiplier, shifts.data()},
                                                   whole_tensor(input, p.in), whole_tensor(output, p.out),
                                                   {0, p.out.height}, {});
}

}  // namespace coinfer::test
