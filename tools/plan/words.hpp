// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include "plan/output.hpp"

// Words and numbers for people, wherever a plan is written down.
namespace coinfer::plan {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

const char* name_of(Objective objective);

// Names come from files of others and go into C++ comments and scripts: all but letters, digits and some
// punctuation becomes '_'.
std::string plain(const std::string& text);

// Where the candidate is cut: "after 'conv1', sends the input".
std::string describe(const graph::Graph& graph, const Candidate& candidate);

}  // namespace coinfer::plan
