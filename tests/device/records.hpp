// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "net_model.hpp"

// Records of an outside model (MODEL_DIRECTORY) with the outputs expected under the model's rounding rule
// (EXPECTED_DIRECTORY), and how to get them into and out of a device.

using Bytes = std::vector<std::uint8_t>;

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Record {
  Bytes input;
  Bytes output;
};

inline std::vector<Record> records() {
  const std::filesystem::path directory = MODEL_DIRECTORY;
  std::vector<Record> all;
  for (int i = 0;; ++i) {
    const std::string name = (i < 10 ? "0" : "") + std::to_string(i) + ".bin";
    if (!std::filesystem::exists(directory / "inputs" / name)) return all;
    all.push_back({read_file(directory / "inputs" / name), read_file(directory / EXPECTED_DIRECTORY / name)});
  }
}

template <class Device>
void load(Device& device, const Bytes& input) {
  std::size_t at = 0;
  for (const coinfer::TensorInfo* tensor : net::Model::inputs) {
    ASSERT_LE(at + static_cast<std::size_t>(tensor->bytes()), input.size());
    std::memcpy(device.bytes(*tensor), input.data() + at, static_cast<std::size_t>(tensor->bytes()));
    at += static_cast<std::size_t>(tensor->bytes());
  }
  ASSERT_EQ(at, input.size());
}

template <class Device>
Bytes outputs(const Device& device) {
  Bytes all;
  for (const coinfer::TensorInfo* tensor : net::Model::outputs) {
    const std::uint8_t* bytes = device.bytes(*tensor);
    for (std::int32_t i = 0; i < tensor->bytes(); ++i) all.push_back(bytes[i]);
  }
  return all;
}
