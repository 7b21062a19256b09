// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "plan/output.hpp"

namespace coinfer::plan {

// Throws std::invalid_argument for a name that does not end in .svg or .png.
void check_plot(const std::filesystem::path& path);

// Draws plot_script() into such a file. Throws std::runtime_error where gnuplot is missing or fails; the file
// is then as it was.
void draw(const Plan& plan, const std::filesystem::path& path);

}  // namespace coinfer::plan
