// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::inspect {

// `coinfer inspect`: what a network costs, stage by stage and cut by cut.
void add_inspect_command(CLI::App& app);

}  // namespace coinfer::inspect
