// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/import_error.hpp"

namespace coinfer::graph {

struct LoadOptions {
  std::string name;  // of the model: file name without extension
  RoundingRule rounding = RoundingRule::double_rounding;
  // Groups of outputs by depth, "a;b;c,d": names, or positions in the file's list of outputs.
  // Empty: all outputs together are the one exit.
  std::string exits;
};

// Checks everything that later code relies on; throws ImportError. Shape arithmetic on constants and stages
// that no output depends on are gone from the result, PADs are part of the windows that read them where these
// can pad themselves, and stages may be in an order that needs less memory than the file's.
Graph load_tflite(std::span<const std::uint8_t> bytes, const LoadOptions& options);

// An operator that becomes a stage.
struct SupportedOperator {
  std::string name;   // as in the .tflite format
  std::string types;  // of the tensor it works on: "int8"
};

std::vector<SupportedOperator> supported_operators();

// Reads the file; the name, if empty, is the file's. Throws ImportError or
// files::FileError; the message begins with the path.
Graph load_tflite_file(const std::filesystem::path& path, LoadOptions options);

}  // namespace coinfer::graph
