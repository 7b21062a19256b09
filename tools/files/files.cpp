// SPDX-License-Identifier: Apache-2.0
#include "files/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace coinfer::files {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw FileError(path.string() + ": " + what);
}

bool write_all(int file, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = ::write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

// What a symbolic link leads to; the path itself if it is none or leads nowhere.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  return error ? path : target;
}

// Devices and pipes are written to; a file of that name must not take their place.
bool is_stream(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

// A file that vanishes unless it is renamed.
class Aside {
 public:
  explicit Aside(const Output& output) : target_(resolved(output.path)) {
    std::string name = target_.string() + (is_stream(target_) ? "" : ".part-XXXXXX");
    // mkostemp never follows or takes over what is there, and its mode is 0600.
    const int file =
        is_stream(target_) ? ::open(name.c_str(), O_WRONLY | O_CLOEXEC) : ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) fail(output.path, std::string("cannot be written: ") + std::strerror(errno));
    if (!is_stream(target_)) aside_ = name;
    const bool written = write_all(file, output.text) && (aside_.empty() || finish(file, output.secret));
    const std::string reason = std::strerror(errno);
    if (::close(file) != 0 || !written) {
      discard();
      fail(output.path, "cannot be written: " + reason);
    }
  }
  Aside(Aside&& other) noexcept
      : target_(std::move(other.target_)), aside_(std::exchange(other.aside_, {})) {}
  Aside& operator=(Aside&&) = delete;
  ~Aside() { discard(); }

  void commit() {
    if (aside_.empty()) return;
    if (::rename(aside_.c_str(), target_.c_str()) != 0)
      fail(target_, std::string("cannot be written: ") + std::strerror(errno));
    aside_.clear();
  }

 private:
  static bool finish(int file, bool secret) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return (secret || ::fchmod(file, 0666 & ~mask) == 0) && ::fsync(file) == 0;
  }
  void discard() {
    if (!aside_.empty()) ::unlink(aside_.c_str());
    aside_.clear();
  }

  std::filesystem::path target_;
  std::string aside_;  // empty: written in place, or already renamed
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
