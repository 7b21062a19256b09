// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/clock.hpp>

namespace port::posix {

coinfer::Entropy kernel_entropy();  // getrandom(2)

}  // namespace port::posix
