// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

// The outside models and their golden data; empty where they are not there.
namespace shared_models {

inline std::filesystem::path directory() { return std::filesystem::path(COINFER_SHARED_DIR) / "models"; }

inline std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Names of the models that have golden tensors and whose operators are supported.
inline std::vector<std::string> names() {
  std::vector<std::string> found;
  if (!std::filesystem::is_directory(directory())) return found;
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    const std::string name = entry.path().filename().string();
    if (name != "tum_cifar10" && std::filesystem::is_directory(entry.path() / "tensors_rec00"))
      found.push_back(name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline std::filesystem::path model(const std::string& name) { return directory() / name / "model.tflite"; }

// Tensor of record 0, by its index in the file.
inline std::vector<std::uint8_t> tensor(const std::string& name, int file_index) {
  return read_file(directory() / name / "tensors_rec00" / ("t" + std::to_string(file_index) + ".bin"));
}

}  // namespace shared_models
