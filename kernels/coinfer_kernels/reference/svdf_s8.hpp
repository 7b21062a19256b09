// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/svdf.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/reference/output_value.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::reference {

template <class Rounding>
void svdf_s8(const Svdf& p, const SvdfWeights& w, Rows<const std::int8_t> in, Rows<std::int8_t> out,
             std::int16_t* state, Scratch /*scratch*/) {
  const std::int8_t* input = in.row(0);
  for (std::int32_t unit = 0; unit < p.out.channels; ++unit) {
    auto sum = static_cast<std::uint32_t>(w.bias[unit]);  // wraps, as in the source
    for (std::int32_t filter = unit * p.rank; filter < (unit + 1) * p.rank; ++filter) {
      std::int32_t product = 0;
      for (std::int32_t i = 0; i < p.in.channels; ++i) {
        product += w.feature[filter * p.in.channels + i] * (input[i] - p.in_zero_point);
      }
      std::int16_t* memory = state + filter * p.memory;
      for (std::int32_t i = 1; i < p.memory; ++i) memory[i - 1] = memory[i];
      memory[p.memory - 1] = static_cast<std::int16_t>(
          p.state_clamp(Rounding::multiply(product, p.feature_multiplier, p.feature_shift)));
      for (std::int32_t i = 0; i < p.memory; ++i) {
        sum += static_cast<std::uint32_t>(w.time[filter * p.memory + i] * memory[i]);
      }
    }
    out.row(0)[unit] = static_cast<std::int8_t>(output_value<Rounding>(
        static_cast<std::int32_t>(sum), p.multiplier, p.shift, p.out_zero_point, Clamp{}));
  }
}

}  // namespace coinfer::kernels::reference
COINFER_CODE_END
