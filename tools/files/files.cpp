// SPDX-License-Identifier: Apache-2.0
#include "files/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace coinfer::files {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw FileError(path.string() + ": " + what);
}

// A file that vanishes unless it is renamed.
class Aside {
 public:
  explicit Aside(const Output& output) : target_(output.path), aside_(output.path) {
    aside_ += ".part" + std::to_string(::getpid());
    const int file =
        ::open(aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, output.secret ? 0600 : 0666);
    if (file < 0) fail(target_, std::string("cannot be written: ") + std::strerror(errno));
    const bool written = write_all(file, output.text) && ::fsync(file) == 0;
    const std::string reason = std::strerror(errno);
    if (::close(file) != 0 || !written) {
      ::unlink(aside_.c_str());
      fail(target_, "cannot be written: " + reason);
    }
  }
  Aside(Aside&& other) noexcept : target_(std::move(other.target_)), aside_(std::move(other.aside_)) {
    other.aside_.clear();
  }
  Aside& operator=(Aside&&) = delete;
  ~Aside() {
    if (!aside_.empty()) ::unlink(aside_.c_str());
  }

  void commit() {
    if (::rename(aside_.c_str(), target_.c_str()) != 0)
      fail(target_, std::string("cannot be written: ") + std::strerror(errno));
    aside_.clear();
  }

 private:
  static bool write_all(int file, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t count = ::write(file, text.data() + at, text.size() - at);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      at += static_cast<std::size_t>(count);
    }
    return true;
  }

  std::filesystem::path target_;
  std::filesystem::path aside_;
};

}  // namespace

std::vector<std::uint8_t> read(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) fail(path, "is a folder, not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, std::string("cannot be read: ") + std::strerror(errno));
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) fail(path, "cannot be read to its end");
  return bytes;
}

void write(const std::vector<Output>& outputs) {
  std::vector<Aside> asides;
  for (const Output& output : outputs) {
    std::error_code error;
    const std::filesystem::path folder = output.path.parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) fail(folder, "cannot be made: " + error.message());
    asides.emplace_back(output);
  }
  for (Aside& aside : asides) aside.commit();
}

}  // namespace coinfer::files
