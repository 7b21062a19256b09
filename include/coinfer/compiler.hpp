// SPDX-License-Identifier: Apache-2.0
#pragma once

// COINFER_CODE_BEGIN and COINFER_CODE_END enclose the code of a header, templates included, so that it is
// compiled rightly whatever the flags of the program are.
//
// GCC (12.2 and 14.2 seen) counts loops in a register on Armv8.1-M: Cortex-M52, M55, M85. Where the flags of
// a loop's last comparison are read again behind it, the counting has changed them by then, and the branch
// goes the wrong way. Armv8.0-M, which GCC's macros do not tell apart, counts no loops and gives the same
// code either way.
#if defined(__ARM_ARCH_8M_MAIN__) && defined(__GNUC__) && !defined(__clang__)
#define COINFER_CODE_BEGIN _Pragma("GCC push_options") _Pragma("GCC optimize(\"no-branch-count-reg\")")
#define COINFER_CODE_END _Pragma("GCC pop_options")
#else
#define COINFER_CODE_BEGIN
#define COINFER_CODE_END
#endif
