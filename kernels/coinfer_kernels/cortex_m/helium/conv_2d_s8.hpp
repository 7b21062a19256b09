// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer_kernels/cortex_m/helium/columns.hpp"
#include "coinfer_kernels/cortex_m/helium/products.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

constexpr std::int32_t conv_2d_scratch_bytes(const Conv2d& p) {
  return p.window.pointwise() ? 0 : columns(p).bytes();
}

// How many rows from `first` to `last` can be written before the next is read: with both tensors in one
// piece, up to where the output reaches the first of these input rows.
inline std::int32_t rows_at_once(const std::int8_t* in, std::int32_t in_row, const std::int8_t* out,
                                 std::int32_t out_row, std::int32_t rows) {
  const auto in_begin = reinterpret_cast<std::uintptr_t>(in);
  const auto out_begin = reinterpret_cast<std::uintptr_t>(out);
  if (out_begin >= in_begin + static_cast<std::uintptr_t>(rows * in_row)) return rows;
  if (out_begin + static_cast<std::uintptr_t>(rows * out_row) <= in_begin) return rows;
  if (out_begin >= in_begin) return 1;
  const auto fit = static_cast<std::int32_t>((in_begin - out_begin) / static_cast<std::uintptr_t>(out_row));
  return fit > 1 ? fit : 1;
}

template <class Rounding, ScalingRule rule>
[[gnu::noinline]] void pointwise_conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Helium>& w,
                                            Rows<const std::int8_t> in, Rows<std::int8_t> out,
                                            RowRange rows) {
  const Products<Rounding, rule> products(p, layout::Helium::depth(p), w);
  const std::int32_t step = p.window.stride_width * p.in.channels;
  const std::int32_t in_row = p.in.row_elements();
  const std::int32_t out_row = p.out.row_elements();
  const bool one_run = in.packed(in_row) && out.packed(out_row) && p.window.stride_width == 1 &&
                       p.window.stride_height == 1 && p.in.width == p.out.width;
  for (std::int32_t y = rows.begin; y < rows.end;) {
    const std::int8_t* from = in.row(y * p.window.stride_height);
    std::int8_t* to = out.row(y);
    const std::int32_t count = one_run ? rows_at_once(from, in_row, to, out_row, rows.end - y) : 1;
    products({from, step, to, count * p.out.width});
    y += count;
  }
}

template <class Rounding, ScalingRule rule>
[[gnu::noinline]] void window_conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Helium>& w,
                                         Rows<const std::int8_t> in, Rows<std::int8_t> out, RowRange rows,
                                         Scratch scratch) {
  const Products<Rounding, rule> products(p, layout::Helium::depth(p), w);
  const Columns plan = columns(p);
  auto* const memory = static_cast<std::int8_t*>(scratch.base);
  const ColumnFiller fill(p, in, memory);
  for (std::int32_t y = rows.begin; y < rows.end; ++y) {
    for (std::int32_t x = 0; x < p.out.width; x += plan.outputs) {
      const std::int32_t left = p.out.width - x;
      const std::int32_t outputs = left < plan.outputs ? left : plan.outputs;
      fill(y, x, outputs);
      products({memory, plan.step * plan.column_bytes, out.row(y) + x * p.out.channels, outputs});
    }
  }
}

template <class Rounding, ScalingRule rule>
void conv_2d_s8(const Conv2d& p, const PackedWeights<layout::Helium>& w, Rows<const std::int8_t> in,
                Rows<std::int8_t> out, RowRange rows, Scratch scratch) {
  if (p.window.pointwise()) {
    pointwise_conv_2d_s8<Rounding, rule>(p, w, in, out, rows);
  } else {
    window_conv_2d_s8<Rounding, rule>(p, w, in, out, rows, scratch);
  }
}

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
