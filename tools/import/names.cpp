// SPDX-License-Identifier: Apache-2.0
#include "import/names.hpp"

#include <cctype>
#include <set>

#include "graph/operator_name.hpp"

namespace coinfer::import {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string camel_case(std::string_view text) {
  std::string name;
  bool upper = true;
  for (const char c : text) {
    if (!is_word(c)) {
      upper = true;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    name += static_cast<char>(upper ? std::toupper(byte) : c);
    upper = false;
  }
  return name;
}

// Names that converters give to what has none.
bool is_meaningless(std::string_view name) {
  return name.empty() || name.starts_with("StatefulPartitionedCall") || name.starts_with("PartitionedCall") ||
         name.starts_with("Identity") || name.starts_with("serving_default");
}

}  // namespace

std::string type_name(std::string_view tensor_name, std::string_view fallback) {
  const std::string_view first = tensor_name.substr(0, tensor_name.find(';'));
  std::string name;
  if (!is_meaningless(first)) {
    const std::size_t last = first.rfind('/');
    const std::size_t before =
        last == std::string_view::npos || last == 0 ? std::string_view::npos : first.rfind('/', last - 1);
    name = camel_case(before == std::string_view::npos ? first : first.substr(before + 1));
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) {
    std::string lower(fallback);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    name = camel_case(lower) + name;
  }
  return name.substr(0, 48);
}

std::string variable_name(std::string_view type_name) {
  std::string name;
  for (std::size_t i = 0; i < type_name.size(); ++i) {
    const auto c = static_cast<unsigned char>(type_name[i]);
    const bool starts_word =
        std::isupper(c) != 0 && i > 0 && std::isupper(static_cast<unsigned char>(type_name[i - 1])) == 0;
    if (starts_word) name += '_';
    name += static_cast<char>(std::tolower(c));
  }
  return namespace_name(name);
}

std::string namespace_name(std::string_view text) {
  static const std::set<std::string, std::less<>> taken = {
      "alignas",   "alignof",  "and",      "and_eq",    "asm",          "auto",          "bitand",
      "bitor",     "bool",     "break",    "case",      "catch",        "char",          "char16_t",
      "char32_t",  "class",    "compl",    "const",     "constexpr",    "const_cast",    "continue",
      "decltype",  "default",  "delete",   "do",        "double",       "dynamic_cast",  "else",
      "enum",      "explicit", "export",   "extern",    "false",        "float",         "for",
      "friend",    "goto",     "if",       "inline",    "int",          "long",          "mutable",
      "namespace", "new",      "noexcept", "not",       "not_eq",       "nullptr",       "operator",
      "or",        "or_eq",    "private",  "protected", "public",       "register",      "reinterpret_cast",
      "return",    "short",    "signed",   "sizeof",    "static",       "static_assert", "static_cast",
      "struct",    "switch",   "template", "this",      "thread_local", "throw",         "true",
      "try",       "typedef",  "typeid",   "typename",  "union",        "unsigned",      "using",
      "virtual",   "void",     "volatile", "wchar_t",   "while",        "xor",           "xor_eq",
      "coinfer",   "std"};
  std::string name;
  for (const char c : text)
    name += is_word(c) ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '_';
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) name.insert(0, "m");
  if (taken.contains(name)) name += '_';
  return name;
}

std::string input_name(std::size_t input) {
  return input == 0 ? "network_input" : "network_input_" + std::to_string(input);
}

std::vector<std::string> stage_names(const graph::Graph& graph) {
  std::vector<std::string> names;
  std::set<std::string> taken = {"Model"};
  std::set<std::string> taken_lower = {"model"};
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) taken_lower.insert(input_name(i));
  for (const graph::Stage& stage : graph.stages) {
    const std::string base = type_name(stage.name, graph::operator_name(stage.op));
    std::string name = base;
    for (int i = 2; taken.contains(name) || taken_lower.contains(variable_name(name)); ++i) {
      name = base + "_" + std::to_string(i);
    }
    taken.insert(name);
    taken_lower.insert(variable_name(name));
    names.push_back(name);
  }
  return names;
}

}  // namespace coinfer::import
