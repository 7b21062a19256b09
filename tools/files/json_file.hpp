// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "files/files.hpp"

// JSON from outside: every field is looked at before it is used. What is wrong with one is thrown as
// std::invalid_argument that names the field.
namespace coinfer::files {

inline constexpr std::uintmax_t most_json_bytes = 64 << 20;

const nlohmann::json& member(const nlohmann::json& object, const char* name);

// Without control characters.
std::string text_of(const nlohmann::json& object, const char* name);

int integer_of(const nlohmann::json& object, const char* name, int most);

// `what`: "power", "time"; `unit`: for the message, with a space in front, or empty.
double number_of(const nlohmann::json& object, const char* name, double least, double most, const char* what,
                 const char* unit);

const nlohmann::json& list_of(const nlohmann::json& object, const char* name, std::size_t size);

// Its 'format' must be that number.
void check_format(const nlohmann::json& file, int format);

nlohmann::json read_json(const std::filesystem::path& path);

// What `parse` makes of the JSON in a file. Throws FileError that names the file and what is wrong.
template <class Parse>
auto parse_json_file(const std::filesystem::path& path, const Parse& parse) {
  try {
    return parse(read_json(path));
  } catch (const std::invalid_argument& error) {
    throw FileError(path.string() + ": " + error.what());
  } catch (const nlohmann::json::exception& error) {
    throw FileError(path.string() + ": " + error.what());
  }
}

// As all JSON files of coinfer are written: indented, and valid UTF-8 whatever names are in it.
std::string json_text(const nlohmann::json& value);

}  // namespace coinfer::files
