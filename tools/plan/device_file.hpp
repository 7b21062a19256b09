// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace coinfer::plan {

// What a plan has to know of a device besides its times; JSON of format 1, every member but the name may be
// missing.
struct DeviceFile {
  std::string name;
  std::optional<double> active_mw;          // power while it computes; 0 to 1e6
  std::optional<double> send_mw;            // of its radio while it sends
  std::optional<double> wait_mw;            // of its radio while it waits for the answer
  std::optional<std::int64_t> ram_bytes;    // for activations; from 1
  std::optional<std::int64_t> flash_bytes;  // for constants
};

// Throws files::FileError naming the file and what is wrong; members that it does not know are wrong.
DeviceFile read_device(const std::filesystem::path& path);

}  // namespace coinfer::plan
