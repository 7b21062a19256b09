// SPDX-License-Identifier: Apache-2.0
#include "plan/range.hpp"

#include <charconv>
#include <stdexcept>

namespace coinfer::plan {
namespace {

double parse_number(const std::string& option, std::string_view text, double least, double most) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "k") value *= 1e3;
  if (unit == "M") value *= 1e6;
  if (unit == "G") value *= 1e9;
  const bool known = unit.empty() || unit == "k" || unit == "M" || unit == "G";
  if (error != std::errc() || !known)
    throw std::invalid_argument(option + ": '" + std::string(text) + "' is no number (50000, 50k, 1.5M)");
  if (!(value >= least && value <= most)) {
    const auto [text_least, text_most] = std::pair(std::to_string(least), std::to_string(most));
    throw std::invalid_argument(option + ": " + std::string(text) + " is not between " + text_least +
                                " and " + text_most);
  }
  return value;
}

}  // namespace

Range parse_range(const std::string& option, std::string_view text, double least, double most) {
  const std::size_t dots = text.find("..");
  Range range;
  range.low = parse_number(option, text.substr(0, dots), least, most);
  range.high =
      dots == std::string_view::npos ? range.low : parse_number(option, text.substr(dots + 2), least, most);
  if (range.low > range.high)
    throw std::invalid_argument(option + ": '" + std::string(text) + "' ends before it begins");
  return range;
}

}  // namespace coinfer::plan
