// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/clock.hpp>

namespace port::posix {

coinfer::Clock monotonic_clock();

}  // namespace port::posix
