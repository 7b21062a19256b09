// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quickstart {

// 8-bit RGB, row by row.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

// A PNG or JPEG file, told apart by its first bytes. Throws std::runtime_error with the file's name.
Image read_image(const std::string& path);

// The largest centred square, averaged down (or repeated up) to size x size.
Image centre_square(const Image& image, int size);

}  // namespace quickstart
