// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/base64.h>

#include <array>
#include <string_view>

#include "graph/identity.hpp"
#include "plan/output.hpp"
#include "plan/report_page.hpp"

namespace coinfer::plan {
namespace {

// What stands between the first `begin` and the next `end`.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

// As a Content-Security-Policy names what may stand in the page: 'sha256-...'.
std::string source_hash(std::string_view text) {
  const graph::Sha256 hash = graph::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  std::array<unsigned char, 4 * 11 + 1> base64{};  // 4 characters for 3 bytes
  std::size_t length = 0;
  mbedtls_base64_encode(base64.data(), base64.size(), &length, hash.data(), hash.size());
  return "'sha256-" + std::string(base64.begin(), base64.begin() + static_cast<std::ptrdiff_t>(length)) + "'";
}

// Without what would end the element that holds it. Only strings have these characters, and in them an escape
// stands for the same.
std::string embedded(const std::string& json) {
  std::string safe;
  for (const char c : json) {
    if (c == '<')
      safe += "\\u003c";
    else if (c == '>')
      safe += "\\u003e";
    else if (c == '&')
      safe += "\\u0026";
    else
      safe += c;
  }
  return safe;
}

void fill_in(std::string& page, std::string_view mark, const std::string& text) {
  page.replace(page.find(mark), mark.size(), text);
}

}  // namespace

std::string report_html(const Plan& plan) {
  std::string page = report_page;
  const std::string style = source_hash(between(page, "<style>", "</style>"));
  const std::string script = source_hash(between(page, "<script>", "</script>"));
  fill_in(page, "%STYLE_HASH%", style);
  fill_in(page, "%SCRIPT_HASH%", script);
  fill_in(page, "%PLAN%", embedded(table_json(plan)));  // last: it may hold anything
  return page;
}

}  // namespace coinfer::plan
