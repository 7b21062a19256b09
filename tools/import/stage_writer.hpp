// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::import {

// Names and comment of one stage in the generated text.
struct StageText {
  std::string type;                 // struct name
  std::string variable;             // of its output tensor and of its weights
  std::vector<std::string> inputs;  // variables of its input tensors
  std::string comment;              // number, operator, shapes, cost
  std::int32_t state_offset = 0;    // of a stage that keeps a state: where, in bytes
};

// The struct that describes one stage to its template.
std::string stage_struct(const graph::Stage& stage, const StageText& text);

// "coinfer::Conv2dStage<Conv1>".
std::string stage_template(const graph::Stage& stage, const StageText& text);

}  // namespace coinfer::import
