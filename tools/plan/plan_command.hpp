// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::plan {

void add_plan_command(CLI::App& app);

}  // namespace coinfer::plan
