// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/layouts/dsp.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/cortex_m/dsp/conv_2d_s8.hpp"
#include "coinfer_kernels/cortex_m/dsp/depthwise_3x3.hpp"
#include "coinfer_kernels/cortex_m/dsp/depthwise_rows.hpp"
#include "coinfer_kernels/cortex_m/dsp/scaling.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::dsp {

constexpr std::int32_t depthwise_conv_2d_scratch_bytes(const DepthwiseConv2d& p) {
  if (p.is_convolution()) return conv_2d_scratch_bytes(p.as_convolution());
  const std::int32_t any = depthwise_row_plan(p).bytes();
  const std::int32_t special = is_3x3(p.window) ? depthwise_3x3_scratch_bytes(p) : 0;
  return any > special ? any : special;
}

template <class Rounding>
COINFER_NOINLINE void depthwise_conv_2d_s8(const DepthwiseConv2d& p, const PackedWeights<layout::Dsp>& w,
                                           const Rows<const std::int8_t>& in, const Rows<std::int8_t>& out,
                                           RowRange rows, Scratch scratch) {
  if (is_3x3(p.window) && scales_narrow<Rounding>(w, p.out.channels)) {
    Depthwise3x3<Rounding>(p, w, in, out, rows, scratch).run();
  } else {
    DepthwiseRows<Rounding>(p, w, in, out, rows, scratch).run();
  }
  clamp_rows(p.clamp, out, rows, p.out.row_elements());
}

}  // namespace coinfer::kernels::dsp
COINFER_CODE_END
