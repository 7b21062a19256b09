// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// The taps [begin, end) of a window along one axis that fall inside the input; tap k lies at
// origin + k * dilation.
struct Taps {
  std::int32_t begin;
  std::int32_t end;

  constexpr std::int32_t count() const { return end > begin ? end - begin : 0; }
};

constexpr Taps taps_inside(std::int32_t origin, std::int32_t taps, std::int32_t dilation, std::int32_t size) {
  Taps inside{0, taps};
  while (inside.begin < taps && origin + inside.begin * dilation < 0) ++inside.begin;
  while (inside.end > inside.begin && origin + (inside.end - 1) * dilation >= size) --inside.end;
  return inside;
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
