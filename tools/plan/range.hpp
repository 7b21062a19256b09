// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace coinfer::plan {

// 'lo..hi', or one number for both; each may end in k, M or G (powers of 1000). Throws std::invalid_argument
// naming the option.
struct Range {
  double low = 0.0;
  double high = 0.0;
};
Range parse_range(const std::string& option, std::string_view text, double least, double most);

}  // namespace coinfer::plan
