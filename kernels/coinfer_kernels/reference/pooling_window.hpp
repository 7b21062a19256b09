// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels {

// The part of a window along one axis that lies inside the input: positions [begin, end). An undilated
// window of `taps` positions begins at `origin`.
struct Span {
  std::int32_t begin;
  std::int32_t end;

  constexpr std::int32_t count() const { return end - begin; }
};

constexpr Span inside(std::int32_t origin, std::int32_t taps, std::int32_t size) {
  return {origin < 0 ? 0 : origin, origin + taps > size ? size : origin + taps};
}

}  // namespace coinfer::kernels
COINFER_CODE_END
