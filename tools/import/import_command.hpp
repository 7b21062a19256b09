// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer::import {

// `coinfer import`: .tflite to C++ headers.
void add_import_command(CLI::App& app);

}  // namespace coinfer::import
