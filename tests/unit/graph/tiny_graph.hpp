// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "graph/tflite_loader.hpp"
#include "tiny_models.hpp"

// What the importer makes of a small model.
namespace tiny {

inline coinfer::graph::Graph load(const Bytes& file) {
  return coinfer::graph::load_tflite(file, {"tiny", {}, ""});
}
inline coinfer::graph::Graph load(const ModelBuilder& builder) { return load(builder.bytes()); }

// Why it refuses the model, "accepted" if it does not.
inline std::string refusal(const Bytes& file) {
  try {
    load(file);
  } catch (const coinfer::graph::ImportError& error) {
    return error.what();
  }
  return "accepted";
}
inline std::string refusal(const ModelBuilder& builder) { return refusal(builder.bytes()); }

inline void expect_refusal(const ModelBuilder& builder, const std::string& sentence) {
  const std::string message = refusal(builder);
  EXPECT_NE(message.find(sentence), std::string::npos) << message << ", instead of: " << sentence;
}

}  // namespace tiny
