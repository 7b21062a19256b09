// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::simulate {

// 'coinfer simulate': policies of where to cut against each other, on links that change.
void add_simulate_command(CLI::App& app);

}  // namespace coinfer::simulate
