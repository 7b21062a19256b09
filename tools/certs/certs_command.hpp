// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::tools::certs {

void add_certs_command(CLI::App& app);

}  // namespace coinfer::tools::certs
