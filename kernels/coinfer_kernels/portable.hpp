// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coinfer_kernels/reference.hpp"

namespace coinfer::kernels {

// Fast plain C++17, the same bytes as Reference; operators without a faster version are the reference's.
struct Portable : Reference {
  static constexpr const char* name = "portable";
};

}  // namespace coinfer::kernels
