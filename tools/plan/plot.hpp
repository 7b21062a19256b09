// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "plan/output.hpp"

namespace coinfer::plan {

// Draws plot_script() into `path`, .svg or .png. Throws std::invalid_argument for another name,
// std::runtime_error where gnuplot is missing or fails; the file is then as it was.
void draw(const Plan& plan, const std::filesystem::path& path);

}  // namespace coinfer::plan
