// SPDX-License-Identifier: Apache-2.0
#include "operators/operators_command.hpp"

#include <iostream>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "coinfer_kernels/xnnpack/network.hpp"
#include "graph/operator_name.hpp"
#include "graph/tflite_loader.hpp"

namespace coinfer::operators {
namespace {

// Operators that the XNNPACK backend takes; the rest of a network runs on our kernels there.
template <std::size_t... i>
std::set<std::string> on_xnnpack(std::index_sequence<i...>) {
  std::set<std::string> names;
  const auto add = [&names](auto op) {
    if constexpr (std::is_constructible_v<kernels::xnnpack::Operator, decltype(op)>)
      names.insert(graph::operator_name(op));
  };
  (add(std::variant_alternative_t<i, graph::Operator>{}), ...);
  BroadcastAdd difference;
  difference.negate_second = true;
  add(difference);
  return names;
}

void print() {
  // Names that are imported as another operator.
  const std::map<std::string, std::string> same = {
      {"PADV2", "PAD"},       {"SQUEEZE", "RESHAPE"},  {"EXPAND_DIMS", "RESHAPE"},
      {"RELU", "REQUANTIZE"}, {"RELU6", "REQUANTIZE"}, {"RELU_N1_TO_1", "REQUANTIZE"}};
  const std::set<std::string> xnnpack =
      on_xnnpack(std::make_index_sequence<std::variant_size_v<graph::Operator>>());
  std::cout << "| operator | types | reference | portable | xnnpack |\n|---|---|---|---|---|\n";
  for (const auto& [name, types] : graph::supported_operators()) {
    const auto found = same.find(name);
    const bool runs = xnnpack.contains(found == same.end() ? name : found->second);
    std::cout << "| " << name << " | " << types << " | yes | yes | " << (runs ? "yes" : "by portable")
              << " |\n";
  }
}

}  // namespace

void add_operators_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("operators", "List the operators that can be imported, by kernel set");
  command->footer(
      "'by portable': XNNPACK has no such int8 operator, or one that is the look-up table or the copy that "
      "ours "
      "is; our\n"
      "kernel runs between its segments. Where it has one, it still leaves single stages to us whose scales, "
      "padding or\n"
      "axes it does not take.");
  command->callback(print);
}

}  // namespace coinfer::operators
