// SPDX-License-Identifier: Apache-2.0
#include "measure.hpp"

__attribute__((noinline)) void measurement_mark() { asm volatile("" ::: "memory"); }
