// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

// COINFER_VECTORIZE marks the few loops that multiply and add. GCC vectorizes loops of unknown length only
// above -O2, and users bring their own flags: where the target has vectors of integers, the option travels
// with the function. Measured with GCC 12 -O2 on x86-64, int8 dot products: 3.5 -> 24 GMAC/s.
#if defined(__GNUC__) && !defined(__clang__) && (defined(__SSE2__) || defined(__ARM_NEON))
#define COINFER_VECTORIZE __attribute__((optimize("O2", "tree-loop-vectorize", "vect-cost-model=dynamic")))
#else
#define COINFER_VECTORIZE
#endif

// 64-bit Arm: every core has these vector instructions, and compilers do not find the best of them.
#if defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define COINFER_AARCH64
#endif

// Before a loop over the sums of a block: keeps a block of 4 in registers at -O2 and -Os.
#define COINFER_UNROLL _Pragma("GCC unroll 4")

namespace coinfer::kernels::portable {

// Sums kept at once by loops over channels: vector registers on 64-bit machines, else core registers.
constexpr int lanes = sizeof(void*) >= 8 ? 16 : 4;

// Type of the factors of a sum of products, in [-255, 255]: vector units multiply and add pairs of int16;
// core registers would only have to be narrowed to it.
using Factor = std::conditional_t<(lanes > 4), std::int16_t, std::int32_t>;

}  // namespace coinfer::kernels::portable
