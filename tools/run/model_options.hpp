// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "graph/tflite_loader.hpp"
#include "tail/tail_runner.hpp"

// Options that several commands have in common.
namespace coinfer::run {

struct ModelOptions {
  std::filesystem::path model;
  std::string exits;
  graph::RoundingRule rounding = graph::RoundingRule::double_rounding;

  graph::Graph load() const { return graph::load_tflite_file(model, {"", rounding, exits}); }
};

// CLI::Range lets NaN pass.
inline CLI::Validator between(double least, double most) {
  std::ostringstream range;
  range << '[' << least << " - " << most << ']';
  return {[=, text = range.str()](const std::string& word) {
            double value = 0.0;
            const bool number = CLI::detail::lexical_cast(word, value);
            return number && value >= least && value <= most ? std::string() : word + " is not in " + text;
          },
          "FLOAT in " + range.str()};
}

// One of a few words.
template <class T>
CLI::Option* add_choice(CLI::App& command, const std::string& name, T& value,
                        std::map<std::string, T> choices, const std::string& text) {
  std::vector<std::string> words;
  std::string shown;
  for (const auto& [word, _] : choices) {
    words.push_back(word);
    if (!shown.empty()) shown += '|';
    shown += word;
  }
  const auto choose = [&value, choices](const std::string& word) { value = choices.at(word); };
  return command.add_option_function<std::string>(name, choose, text)
      ->check(CLI::IsMember(words))
      ->option_text(shown);
}

// How a model is taken, without the model.
inline void add_loading_options(CLI::App& command, ModelOptions& options) {
  command.add_option("--exits", options.exits,
                     "Groups of outputs by depth, 'a;b;c,d': names or positions (default: one exit)");
  add_choice<graph::RoundingRule>(
      command, "--rounding", options.rounding,
      {{"double", graph::RoundingRule::double_rounding}, {"single", graph::RoundingRule::single_rounding}},
      "double: as TensorFlow Lite Micro (default); single: fewer instructions, nearest to XNNPACK");
}

inline void add_model_options(CLI::App& command, ModelOptions& options) {
  command.add_option("model", options.model, "Full-integer int8 .tflite file")->required();
  add_loading_options(command, options);
}

inline CLI::Option* add_kernels_option(CLI::App& command, tail::Kernels& kernels,
                                       const std::string& name = "--kernels",
                                       const std::string& text = "Kernel set (default: portable)") {
  return add_choice<tail::Kernels>(command, name, kernels,
                                   {{"reference", tail::Kernels::reference},
                                    {"portable", tail::Kernels::portable},
                                    {"xnnpack", tail::Kernels::xnnpack}},
                                   text);
}

}  // namespace coinfer::run
