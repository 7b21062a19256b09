// SPDX-License-Identifier: Apache-2.0
// The record that the importer ran on the host: the inputs, and the outputs that any device must give.
#pragma once

#include <cstdint>
#include <cstring>

#include "net_golden.hpp"
#include "net_model.hpp"

template <class Device>
void load(Device& device) {
  const std::uint8_t* from = net::golden::input;
  for (const coinfer::TensorInfo* tensor : net::Model::inputs) {
    std::memcpy(device.bytes(*tensor), from, static_cast<std::size_t>(tensor->bytes()));
    from += tensor->bytes();
  }
}

template <class Device>
bool is_golden(const Device& device) {
  const std::uint8_t* expected = net::golden::output;
  for (const coinfer::TensorInfo* tensor : net::Model::outputs) {
    if (std::memcmp(device.bytes(*tensor), expected, static_cast<std::size_t>(tensor->bytes())) != 0)
      return false;
    expected += tensor->bytes();
  }
  return true;
}
