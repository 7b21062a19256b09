// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::profile {

void add_profile_command(CLI::App& app);

}  // namespace coinfer::profile
