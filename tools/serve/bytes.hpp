// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace coinfer::serve {

// Overwrites what it gives back. A feature can be inverted into the input it was made from, so none stays
// behind in freed memory.
template <class T>
struct ClearingAllocator {
  using value_type = T;

  ClearingAllocator() = default;
  template <class U>
  ClearingAllocator(const ClearingAllocator<U>& /*other*/) {}

  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) {
    volatile T* bytes = memory;  // volatile: a store before a free is not removed
    for (std::size_t i = 0; i < count; ++i) bytes[i] = T{};
    std::allocator<T>().deallocate(memory, count);
  }
};

template <class T, class U>
bool operator==(const ClearingAllocator<T>& /*a*/, const ClearingAllocator<U>& /*b*/) {
  return true;
}

using Bytes = std::vector<std::uint8_t, ClearingAllocator<std::uint8_t>>;

}  // namespace coinfer::serve
