// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace coinfer::plan {

// Throws std::invalid_argument for a name that does not end in .svg or .png.
void check_plot(const std::filesystem::path& path);

// Runs the gnuplot script that `script` gives for the name of a picture, and puts that picture there. Throws
// std::runtime_error where gnuplot is missing or fails; the file is then as it was.
void draw(const std::function<std::string(const std::string& picture)>& script,
          const std::filesystem::path& path);

}  // namespace coinfer::plan
