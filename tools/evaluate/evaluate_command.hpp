// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::evaluate {

// `coinfer evaluate`: accuracy of every exit on labelled records.
void add_evaluate_command(CLI::App& app);

}  // namespace coinfer::evaluate
