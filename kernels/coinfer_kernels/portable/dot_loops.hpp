// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/portable/vectorize.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::portable {

// sums[j] = sum over i of (values[i] - zero_point) * filters[j * size + i], for 4 filters: each value is
// loaded once.
COINFER_VECTORIZE inline void dot_4(const std::int8_t* values, const std::int8_t* filters, std::int32_t size,
                                    std::int32_t zero_point, std::int32_t* sums) {
  const auto offset = static_cast<Factor>(zero_point);
  const std::int8_t* filter_0 = filters;
  const std::int8_t* filter_1 = filter_0 + size;
  const std::int8_t* filter_2 = filter_1 + size;
  const std::int8_t* filter_3 = filter_2 + size;
  std::int32_t sum_0 = 0;
  std::int32_t sum_1 = 0;
  std::int32_t sum_2 = 0;
  std::int32_t sum_3 = 0;
  for (std::int32_t i = 0; i < size; ++i) {
    const auto value = static_cast<Factor>(values[i] - offset);
    sum_0 += value * Factor{filter_0[i]};
    sum_1 += value * Factor{filter_1[i]};
    sum_2 += value * Factor{filter_2[i]};
    sum_3 += value * Factor{filter_3[i]};
  }
  sums[0] = sum_0;
  sums[1] = sum_1;
  sums[2] = sum_2;
  sums[3] = sum_3;
}

COINFER_VECTORIZE inline std::int32_t dot(const std::int8_t* values, const std::int8_t* filter,
                                          std::int32_t size, std::int32_t zero_point) {
  const auto offset = static_cast<Factor>(zero_point);
  std::int32_t sum = 0;
  for (std::int32_t i = 0; i < size; ++i) {
    sum += static_cast<Factor>(values[i] - offset) * Factor{filter[i]};
  }
  return sum;
}

}  // namespace coinfer::kernels::portable
COINFER_CODE_END
