// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::run {

// `coinfer run`: raw input records to raw outputs.
void add_run_command(CLI::App& app);

}  // namespace coinfer::run
