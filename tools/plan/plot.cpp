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

bool run_gnuplot(const std::filesystem::path& script) {
  std::string program = "gnuplot";
  std::string argument = script.string();
  const std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  pid_t process = 0;
  if (::posix_spawnp(&process, "gnuplot", nullptr, nullptr, arguments.data(), environ) != 0) return false;
  int status = 0;
  return ::waitpid(process, &status, 0) == process && status == 0;
}

}  // namespace

void draw(const Plan& plan, const std::filesystem::path& path) {
  const std::filesystem::path kind = path.extension();
  if (kind != ".svg" && kind != ".png")
    throw std::invalid_argument("--plot: " + path.string() + " ends neither in .svg nor in .png");
  const Folder folder;
  const std::filesystem::path picture = folder.path() / ("plot" + kind.string());
  const std::filesystem::path script = folder.path() / "plot.gnuplot";
  std::ofstream(script) << plot_script(plan, picture.string());
  if (!run_gnuplot(script))
    throw std::runtime_error("--plot: gnuplot failed or is not installed (Debian: gnuplot-nox)");
  const std::vector<std::uint8_t> bytes = files::read(picture);
  files::write({{path, std::string(bytes.begin(), bytes.end())}});
}

}  // namespace coinfer::plan
