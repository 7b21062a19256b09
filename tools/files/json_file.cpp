// SPDX-License-Identifier: Apache-2.0
#include "files/json_file.hpp"

#include <algorithm>
#include <sstream>

namespace coinfer::files {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const char* name, const std::string& what) {
  throw std::invalid_argument("'" + std::string(name) + "' " + what);
}

std::string short_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

const json& member(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) refuse(name, "is missing");
  return object[name];
}

std::string text_of(const json& object, const char* name) {
  const json& value = member(object, name);
  if (!value.is_string()) refuse(name, "is no text");
  std::string text = value.get<std::string>();
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= 32 && c != 127; };
  if (!std::ranges::all_of(text, printable)) refuse(name, "has control characters");
  return text;
}

int integer_of(const json& object, const char* name, int most) {
  const json& value = member(object, name);
  if (!value.is_number_integer() || value < 0 || value > most)
    refuse(name, "is no whole number from 0 to " + std::to_string(most));
  return value.get<int>();
}

double number_of(const json& object, const char* name, double least, double most, const char* what,
                 const char* unit) {
  const json& value = member(object, name);
  if (!value.is_number() || !(value.get<double>() >= least && value.get<double>() <= most))
    refuse(name,
           std::string("is no ") + what + " from " + short_text(least) + " to " + short_text(most) + unit);
  return value.get<double>();
}

const json& list_of(const json& object, const char* name, std::size_t size) {
  const json& value = member(object, name);
  if (!value.is_array() || value.size() != size) refuse(name, "is no list of " + std::to_string(size));
  return value;
}

void check_format(const json& file, int format) {
  if (const int version = integer_of(file, "format", 1000); version != format)
    throw std::invalid_argument("has format " + std::to_string(version) + ", this program reads " +
                                std::to_string(format));
}

json read_json(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error) &&
      std::filesystem::file_size(path, error) > most_json_bytes)
    throw std::invalid_argument("is larger than " + std::to_string(most_json_bytes >> 20) + " MiB");
  json value = json::parse(read(path), nullptr, false);
  if (value.is_discarded()) throw std::invalid_argument("is no JSON");
  return value;
}

std::string json_text(const json& value) {
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace coinfer::files
