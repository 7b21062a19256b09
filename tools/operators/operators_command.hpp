// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::operators {

// `coinfer operators`: what can be imported, and which kernel sets run it.
void add_operators_command(CLI::App& app);

}  // namespace coinfer::operators
