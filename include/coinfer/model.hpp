// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/config.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/tensor.hpp"

// What a generated model header is made of. A model is a struct with these static members:
//   std::uint8_t identity[32]                 SHA-256 that both ends compare (docs/wire.md)
//   using Rounding, Layout                    rounding rule; order of the weights
//   using Stages = StageList<...>             stage templates of coinfer/stages.hpp, in execution order
//   const TensorInfo* inputs[], *outputs[]    in graph order
//   std::uint8_t exit_of_output[]             exits numbered by depth, the last one is the full network
//   std::int32_t arena_bytes                  what the arena offsets of all tensors need
COINFER_CODE_BEGIN
namespace coinfer {

// One activation tensor: its number in the .tflite file, and its place in the arena as planned at import.
struct TensorInfo {
  std::uint16_t file_index;
  DataType type;
  Shape shape;
  float scale;
  std::int32_t zero_point;
  std::int32_t arena_offset;

  constexpr std::int32_t bytes() const { return shape.elements() * bytes_per_element(type); }
  constexpr std::int32_t arena_end() const { return arena_offset + bytes(); }
};

// Which tensors a stage reads and writes.
struct StageIo {
  const TensorInfo* const* inputs;
  std::uint8_t input_count;
  const TensorInfo* output;
  bool renames = false;    // RESHAPE: the output is the input's bytes under another shape
  bool remembers = false;  // keeps a state from one run to the next

  constexpr bool reads(const TensorInfo& tensor) const {
    for (int i = 0; i < input_count; ++i) {
      if (inputs[i]->file_index == tensor.file_index) return true;
    }
    return false;
  }
};

template <class... Stages>
struct StageList {
  static constexpr int count = sizeof...(Stages);
};

namespace detail {

// The first `count` stages of a list, as a list.
template <int count, class List, class... Taken>
struct Take;
template <int count, class First, class... Rest, class... Taken>
struct Take<count, StageList<First, Rest...>, Taken...>
    : Take<count - 1, StageList<Rest...>, Taken..., First> {};
template <class First, class... Rest, class... Taken>
struct Take<0, StageList<First, Rest...>, Taken...> {
  using List = StageList<Taken...>;
};
template <class... Taken>
struct Take<0, StageList<>, Taken...> {
  using List = StageList<Taken...>;
};

}  // namespace detail

}  // namespace coinfer
COINFER_CODE_END
