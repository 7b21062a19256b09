// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "coinfer_kernels/portable.hpp"

// A kernel set of one's own: everything as in Portable but one operator. Device<Model, OwnPad> uses it.
struct OwnPad : coinfer::kernels::Portable {
  static constexpr const char* name = "own_pad";

  // PAD where only whole rows are added (nothing left, right or between channels) is a copy row by row; a DMA
  // engine could do it. Everything else goes to the set below. `rows` are the output rows wanted: a kernel
  // writes these, in ascending order, and reads no input row outside p.input_rows(rows).
  template <class Rounding>
  static void pad_s8(const coinfer::Pad& p, coinfer::Rows<const std::int8_t> in,
                     coinfer::Rows<std::int8_t> out, coinfer::RowRange rows, coinfer::Scratch scratch) {
    if (p.in.row_elements() != p.out.row_elements()) {
      Portable::pad_s8<Rounding>(p, in, out, rows, scratch);
      return;
    }
    const auto row_bytes = static_cast<std::size_t>(p.out.row_elements());
    for (std::int32_t y = rows.begin; y < rows.end; ++y) {
      const std::int32_t in_y = y - p.top;
      if (in_y >= 0 && in_y < p.in.height) {
        std::memmove(out.row(y), in.row(in_y), row_bytes);
      } else {
        std::memset(out.row(y), p.value, row_bytes);
      }
    }
  }
};
