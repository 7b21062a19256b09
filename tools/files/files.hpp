// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

// Whole files in and out of the host programs.
namespace coinfer::files {

// Names the file and says what is wrong with it.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Output {
  std::filesystem::path path;
  std::string text;
  bool secret = false;  // readable by its owner only, from the first byte on
};

std::vector<std::uint8_t> read(const std::filesystem::path& path);

// Writes all of them or none: each is written aside, synchronized and then renamed. Makes missing folders,
// follows symbolic links, and writes straight to what is no regular file (/dev/stdout, a pipe).
void write(const std::vector<Output>& outputs);

}  // namespace coinfer::files
