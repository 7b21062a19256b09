// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace coinfer::evaluate {

// One integer label per record, in the records' order: the column `label` of a CSV file with a header, or the
// last column of one without. Throws files::FileError naming the line.
std::vector<int> read_labels(const std::filesystem::path& path, std::size_t record_count);

}  // namespace coinfer::evaluate
