// SPDX-License-Identifier: Apache-2.0
#include "plan/device_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "files/json_file.hpp"

namespace coinfer::plan {
namespace {

using nlohmann::json;

constexpr int format = 1;
constexpr double most_mw = 1e6;
constexpr std::array<std::string_view, 7> members = {"format",  "name",      "active_mw",  "send_mw",
                                                     "wait_mw", "ram_bytes", "flash_bytes"};

std::optional<double> power(const json& file, const char* name) {
  if (!file.contains(name)) return std::nullopt;
  return files::number_of(file, name, 0.0, most_mw, "power", " mW");
}

std::optional<std::int64_t> size(const json& file, const char* name) {
  if (!file.contains(name)) return std::nullopt;
  const int bytes = files::integer_of(file, name, std::numeric_limits<int>::max());
  if (bytes == 0) throw std::invalid_argument("'" + std::string(name) + "' is 0");
  return bytes;
}

DeviceFile parse(const json& file) {
  files::check_format(file, format);
  // A misspelt member would be one that is left out.
  for (const auto& [name, _] : file.items()) {
    if (std::ranges::find(members, name) == members.end())
      throw std::invalid_argument("'" + name +
                                  "' is not known; a device has name, active_mw, send_mw, "
                                  "wait_mw, ram_bytes and flash_bytes");
  }
  return {files::text_of(file, "name"), power(file, "active_mw"), power(file, "send_mw"),
          power(file, "wait_mw"),       size(file, "ram_bytes"),  size(file, "flash_bytes")};
}

}  // namespace

DeviceFile read_device(const std::filesystem::path& path) { return files::parse_json_file(path, parse); }

}  // namespace coinfer::plan
