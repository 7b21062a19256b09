// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::serve {

// `coinfer serve`: the edge peer.
void add_serve_command(CLI::App& app);

}  // namespace coinfer::serve
