// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer_kernels/cortex_m/helium/products.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

template <class Rounding, ScalingRule rule>
[[gnu::noinline]] void fully_connected_s8(const FullyConnected& p, const PackedWeights<layout::Helium>& w,
                                          Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows) {
  const Products<Rounding, rule> products(p, layout::Helium::depth(p), w);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    const std::int8_t* vectors = in.row(0) + y * p.out.width * p.input_depth;
    products({vectors, p.input_depth, out.row(y), p.out.width});
  }
}

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
