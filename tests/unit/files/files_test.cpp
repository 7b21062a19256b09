// SPDX-License-Identifier: Apache-2.0
#include "files/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;
using coinfer::files::FileError;
using coinfer::files::read;
using coinfer::files::write;

class Files : public testing::Test {
 protected:
  Files() {
    std::string name = (fs::temp_directory_path() / "coinfer-files-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Files() override { fs::remove_all(folder_); }

  static std::string text(const fs::path& path) {
    const auto bytes = read(path);
    return {bytes.begin(), bytes.end()};
  }
  static unsigned mode(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }
  std::ptrdiff_t file_count() const {
    return std::distance(fs::recursive_directory_iterator(folder_), fs::recursive_directory_iterator());
  }

  fs::path folder_;
};

TEST_F(Files, WritesAndReplaces) {
  write({{folder_ / "a", "one"}});
  write({{folder_ / "a", "two"}, {folder_ / "new" / "b", "three"}});
  EXPECT_EQ(text(folder_ / "a"), "two");
  EXPECT_EQ(text(folder_ / "new" / "b"), "three");
  EXPECT_EQ(file_count(), 3);
}

TEST_F(Files, AllOrNone) {
  write({{folder_ / "a", "one"}});
  fs::create_directory(folder_ / "d");
  EXPECT_THROW(write({{folder_ / "a", "two"}, {folder_ / "a" / "below", "x"}}), FileError);
  EXPECT_EQ(text(folder_ / "a"), "one");
  EXPECT_EQ(file_count(), 2);
}

TEST_F(Files, FollowsLinksAndKeepsThem) {
  write({{folder_ / "target", "old"}});
  fs::create_symlink(folder_ / "target", folder_ / "link");
  write({{folder_ / "link", "new"}});
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(text(folder_ / "target"), "new");
}

TEST_F(Files, DevicesStayDevices) {
  write({{"/dev/null", "gone"}});
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(Files, SecretsAreForTheirOwner) {
  write({{folder_ / "key", "secret", true}, {folder_ / "public", "text"}});
  EXPECT_EQ(mode(folder_ / "key"), 0600U);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(mode(folder_ / "public"), 0666U & ~mask);
}

TEST_F(Files, SaysWhichFileCannotBeRead) {
  try {
    static_cast<void>(read(folder_));
    FAIL();
  } catch (const FileError& error) {
    EXPECT_NE(std::string(error.what()).find(folder_.string()), std::string::npos);
  }
  EXPECT_THROW(static_cast<void>(read(folder_ / "missing")), FileError);
}

}  // namespace
