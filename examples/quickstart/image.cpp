// SPDX-License-Identifier: Apache-2.0
#include "image.hpp"

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace quickstart {
namespace {

constexpr int largest_side = 16384;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw std::runtime_error(path + ": " + what);
}

Image read_png(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0) fail(path, png.message);
  png.format = PNG_FORMAT_RGB;
  if (png.width > largest_side || png.height > largest_side) {
    png_image_free(&png);
    fail(path, "is too large");
  }
  Image image{static_cast<int>(png.width), static_cast<int>(png.height), {}};
  image.rgb.resize(PNG_IMAGE_SIZE(png));
  const png_color black{};
  if (png_image_finish_read(&png, &black, image.rgb.data(), 0, nullptr) == 0) fail(path, png.message);
  return image;
}

// libjpeg's default is to end the process.
struct JpegErrors {
  jpeg_error_mgr manager;
  std::jmp_buf back;
  char message[JMSG_LENGTH_MAX];
};

void on_jpeg_error(j_common_ptr common) {
  auto* errors = reinterpret_cast<JpegErrors*>(common->err);
  (*common->err->format_message)(common, errors->message);
  std::longjmp(errors->back, 1);
}

// Plain data only between setjmp and longjmp: no destructor may be skipped.
bool decode_jpeg(const std::vector<std::uint8_t>& bytes, jpeg_decompress_struct& jpeg, JpegErrors& errors,
                 Image& image) {
  jpeg.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = on_jpeg_error;
  if (setjmp(errors.back) != 0) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&jpeg);
  if (jpeg.output_width > largest_side || jpeg.output_height > largest_side) return false;
  image.width = static_cast<int>(jpeg.output_width);
  image.height = static_cast<int>(jpeg.output_height);
  image.rgb.resize(std::size_t{jpeg.output_width} * jpeg.output_height * 3);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = image.rgb.data() + std::size_t{jpeg.output_scanline} * jpeg.output_width * 3;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

Image read_jpeg(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  jpeg_decompress_struct jpeg{};
  JpegErrors errors{};
  Image image;
  const bool good = decode_jpeg(bytes, jpeg, errors, image);
  jpeg_destroy_decompress(&jpeg);
  if (!good) fail(path, errors.message[0] != '\0' ? errors.message : "is too large");
  return image;
}

}  // namespace

Image read_image(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
  if (!file || bytes.size() < 4) fail(path, "cannot be read");
  if (bytes[0] == 0x89 && bytes[1] == 'P') return read_png(path, bytes);
  if (bytes[0] == 0xFF && bytes[1] == 0xD8) return read_jpeg(path, bytes);
  fail(path, "is neither PNG nor JPEG");
}

Image centre_square(const Image& image, int size) {
  const int side = std::min(image.width, image.height);
  const int left = (image.width - side) / 2;
  const int top = (image.height - side) / 2;
  Image square{size, size, std::vector<std::uint8_t>(static_cast<std::size_t>(size * size * 3))};
  const auto edge = [&](int i) { return static_cast<int>(std::int64_t{i} * side / size); };
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const int y_end = std::max(edge(y + 1), edge(y) + 1);
      const int x_end = std::max(edge(x + 1), edge(x) + 1);
      for (int c = 0; c < 3; ++c) {
        std::int64_t sum = 0;
        for (int v = edge(y); v < y_end; ++v) {
          for (int u = edge(x); u < x_end; ++u) {
            sum += image.rgb[(std::size_t(top + v) * std::size_t(image.width) + std::size_t(left + u)) * 3 +
                             std::size_t(c)];
          }
        }
        const std::int64_t count = std::int64_t{y_end - edge(y)} * (x_end - edge(x));
        square.rgb[static_cast<std::size_t>((y * size + x) * 3 + c)] =
            static_cast<std::uint8_t>((sum + count / 2) / count);
      }
    }
  }
  return square;
}

}  // namespace quickstart
