// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/portable/vectorize.hpp"
#if defined(COINFER_AARCH64)
#include "coinfer_kernels/portable/dot_aarch64.hpp"
#else
#include "coinfer_kernels/portable/dot_loops.hpp"
#endif

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// For the four gates of an LSTM's unit.
struct Dot {
  static void dot_4(const std::int8_t* values, const std::int8_t* rows, std::int32_t size,
                    std::int32_t* sums) {
    portable::dot_4(values, rows, size, 0, sums);
  }
};

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
