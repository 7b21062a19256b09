// SPDX-License-Identifier: Apache-2.0
#include "plan/plot.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

#include "files/files.hpp"

namespace coinfer::plan {
namespace {

// A folder of our own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "coinfer-plot-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// In the folder, where the script is "plot.gnuplot".
bool run_gnuplot(const std::filesystem::path& folder) {
  std::string program = "gnuplot";
  std::string script = "plot.gnuplot";
  const std::array<char*, 3> arguments = {program.data(), script.data(), nullptr};
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) return false;
  pid_t process = 0;
  const bool started = ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str()) == 0 &&
                       ::posix_spawnp(&process, "gnuplot", &actions, nullptr, arguments.data(), environ) == 0;
  ::posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return started && ::waitpid(process, &status, 0) == process && status == 0;
}

}  // namespace

void check_plot(const std::filesystem::path& path) {
  if (path.extension() != ".svg" && path.extension() != ".png")
    throw std::invalid_argument("--plot: " + path.string() + " ends neither in .svg nor in .png");
}

void draw(const std::function<std::string(const std::string& picture)>& script,
          const std::filesystem::path& path) {
  check_plot(path);
  const Folder folder;
  const std::string picture = "plot" + path.extension().string();
  std::ofstream file(folder.path() / "plot.gnuplot");
  file << script(picture);
  file.close();
  if (!file || !run_gnuplot(folder.path()))
    throw std::runtime_error("--plot: gnuplot failed or is not installed (Debian: gnuplot-nox)");
  const std::vector<std::uint8_t> bytes = files::read(folder.path() / picture);
  files::write({{path, std::string(bytes.begin(), bytes.end())}});
}

}  // namespace coinfer::plan
