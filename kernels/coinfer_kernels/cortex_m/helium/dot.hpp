// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/helium/scaling.hpp"
#include "coinfer_kernels/portable/dot.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// For the four gates of an LSTM's unit.
#if defined(__ARM_FEATURE_MVE)
struct Dot {
  // 10 instructions per 64 products; the loop's last round takes what is left.
  [[gnu::noinline]] static void dot_4(const std::int8_t* values, const std::int8_t* rows, std::int32_t size,
                                      std::int32_t* sums) {
    const std::int8_t* row_1 = rows + size;
    const std::int8_t* row_2 = row_1 + size;
    const std::int8_t* row_3 = row_2 + size;
    register std::int32_t sum_0 asm("r0") = 0;  // even registers, as the instruction asks for
    register std::int32_t sum_1 asm("r2") = 0;
    register std::int32_t sum_2 asm("r4") = 0;
    register std::int32_t sum_3 asm("r6") = 0;
    asm volatile(
        "wlstp.8 lr, %[size], 2f\n"
        "1:\n"
        "vldrb.u8 q0, [%[values]], #16\n"
        "vldrb.u8 q1, [%[row_0]], #16\n"
        "vmladava.s8 %[sum_0], q0, q1\n"
        "vldrb.u8 q2, [%[row_1]], #16\n"
        "vmladava.s8 %[sum_1], q0, q2\n"
        "vldrb.u8 q1, [%[row_2]], #16\n"
        "vmladava.s8 %[sum_2], q0, q1\n"
        "vldrb.u8 q2, [%[row_3]], #16\n"
        "vmladava.s8 %[sum_3], q0, q2\n"
        "letp lr, 1b\n"
        "2:\n"
        : [sum_0] "+r"(sum_0), [sum_1] "+r"(sum_1), [sum_2] "+r"(sum_2), [sum_3] "+r"(sum_3),
          [values] "+r"(values), [row_0] "+r"(rows), [row_1] "+r"(row_1), [row_2] "+r"(row_2),
          [row_3] "+r"(row_3)
        : [size] "r"(size)
        : "r14", "memory", COINFER_HELIUM_VECTORS);
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
  }
};
#else
using portable::Dot;
#endif

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
