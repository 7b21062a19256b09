// SPDX-License-Identifier: Apache-2.0
// What coinfer plan --html writes, as text; tests/report has it in a browser.
#include <gtest/gtest.h>

#include "random_plan.hpp"

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string report_of(const std::string& model) {
  coinfer::test::Random random(1);
  return report_html(RandomPlan(random, model).plan());
}

TEST(Report, RefersToNothingOutsideItself) {
  std::string page = report_of("tiny");
  EXPECT_NE(page.find("default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"),
            std::string::npos);
  const std::string svg = "http://www.w3.org/2000/svg";  // a name that nobody looks up
  ASSERT_EQ(count(page, svg), 1U);
  page.erase(page.find(svg), svg.size());
  for (const char* reference : {"http:", "https:", "//www", "src=", "href=", "@import", "url(http", "fetch("})
    EXPECT_EQ(count(page, reference), 0U) << reference;
  EXPECT_EQ(page.find('%' + std::string("PLAN%")), std::string::npos);
  EXPECT_EQ(page.find("_HASH%"), std::string::npos);
}

TEST(Report, NamesOfOthersDoNotBecomeMarkup) {
  const std::string plain = report_of("tiny");
  const std::string hostile =
      report_of("</script><!--<img src=x onerror=alert(1)>%PLAN%&amp;\xff\xE2\x80\xA8");
  for (const char* markup : {"<script", "</script", "<!--", "<img", "-->", "&amp;"})
    EXPECT_EQ(count(hostile, markup), count(plain, markup)) << markup;
  EXPECT_NE(hostile.find(
                "\\u003c/script\\u003e\\u003c!--\\u003cimg src=x onerror=alert(1)\\u003e%PLAN%\\u0026amp;"),
            std::string::npos);
}

}  // namespace
