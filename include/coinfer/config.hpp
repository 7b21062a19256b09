// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that a build may set with -D, each with its default. Nothing here changes a result.

// Where the generated weights go, e.g. __attribute__((section(".qspi_flash"))). Default: .rodata.
#ifndef COINFER_WEIGHTS_SECTION
#define COINFER_WEIGHTS_SECTION
#endif

// Called on a mistake of the calling program (never on bytes from outside). Default: trap.
#ifndef COINFER_ASSERT
#define COINFER_ASSERT(condition) ((condition) ? static_cast<void>(0) : __builtin_trap())
#endif

// Version of the generated headers that these headers understand.
#define COINFER_MODEL_FORMAT 2
