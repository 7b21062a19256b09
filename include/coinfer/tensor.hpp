// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// Element type of a tensor, as in the .tflite file.
enum class DataType : std::uint8_t { s8, u8, s16, s32, f32 };

constexpr std::int32_t bytes_per_element(DataType type) {
  switch (type) {
    case DataType::s8:
    case DataType::u8:
      return 1;
    case DataType::s16:
      return 2;
    case DataType::s32:
    case DataType::f32:
      return 4;
  }
  return 0;
}

// C++ type of a tensor's elements.
template <DataType type>
struct ElementOf;
template <>
struct ElementOf<DataType::s8> {
  using Type = std::int8_t;
};
template <>
struct ElementOf<DataType::u8> {
  using Type = std::uint8_t;
};
template <>
struct ElementOf<DataType::s16> {
  using Type = std::int16_t;
};
template <>
struct ElementOf<DataType::s32> {
  using Type = std::int32_t;
};
template <>
struct ElementOf<DataType::f32> {
  using Type = float;
};

// Height x width x channels of one tensor in NHWC order; the batch is always 1.
// Tensors of lower rank are padded with ones on the left: [1,N] is 1x1xN, [1,A,B] is 1xAxB.
struct Shape {
  std::int32_t height = 1;
  std::int32_t width = 1;
  std::int32_t channels = 1;

  constexpr std::int32_t row_elements() const { return width * channels; }
  constexpr std::int32_t elements() const { return height * row_elements(); }
};

constexpr bool operator==(const Shape& a, const Shape& b) {
  return a.height == b.height && a.width == b.width && a.channels == b.channels;
}
constexpr bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }

}  // namespace coinfer
COINFER_CODE_END
