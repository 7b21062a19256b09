// SPDX-License-Identifier: Apache-2.0
// The report in a browser comes to the same choice as plan::choose(), loads nothing and complains of nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "random_plan.hpp"

namespace {

namespace fs = std::filesystem;
using namespace coinfer::plan;
using coinfer::LinkState;
using coinfer::test::Random;
using nlohmann::json;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands in the page between two marks.
std::string between(const std::string& page, const std::string& begin, const std::string& end) {
  const std::size_t at = page.find(begin);
  if (at == std::string::npos) return "";
  return page.substr(at + begin.size(), page.find(end, at) - at - begin.size());
}

class ReportBrowser : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"chromium-headless-shell", "/usr/bin/chromium"}) {
      const std::string found = std::string("command -v ") + name + " >/dev/null";
      if (browser_.empty() && std::system(found.c_str()) == 0) browser_ = name;
    }
    if (browser_.empty()) GTEST_SKIP() << "no browser (Debian: chromium-headless-shell)";
    std::string pattern = testing::TempDir() + "coinfer-reportXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  // The page after it ran. Files may look into their frames, and nobody is asked for the address of a host.
  std::string open(const std::string& address) {
    const std::string folder = folder_.string();
    const std::string command =
        "cd '" + folder + "' && HOME='" + folder + "' timeout 800 " + browser_ +
        " --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir='" + folder +
        "/profile' --allow-file-access-from-files --disable-ipc-flooding-protection "
        "--host-resolver-rules='MAP * ~NOTFOUND' --dump-dom 'file://" +
        folder + "/" + address + "' >page.txt 2>messages.txt </dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << read(folder_ / "messages.txt");
    console_ = between(read(folder_ / "messages.txt"), "CONSOLE", "\n");
    return read(folder_ / "page.txt");
  }

  std::string browser_;
  fs::path folder_;
  std::string console_;  // the first message there
};

struct Moment {
  Conditions now;
  LinkState link;
  double deadline_us;
  std::string address;
};

Moment random_moment(const Plan& plan, Random& random) {
  constexpr const char* links[] = {"warm", "resumable", "cold", "down"};
  const int link = random.between(0, 3);
  Conditions now = from_device(random_conditions(plan.box, static_cast<LinkState>(link), random));
  // A deadline near which some candidate lies; none. The address has whole numbers only in part.
  const auto& candidate =
      plan.kept[static_cast<std::size_t>(random.between(0, static_cast<int>(plan.kept.size()) - 1))];
  const double latency = value(costs(candidate, plan.setting, LinkState::warm).worst_us, now);
  const double deadline = random.one_in(3) ? 0.0 : std::clamp(latency * decades(random, 0.5, 2), 1.0, 1e9);
  const auto inside = [](double value, double low, double high) { return std::clamp(value, low, high); };
  const double bits = inside(bits_per_second(now.us_per_byte), bits_per_second(plan.box.high.us_per_byte),
                             bits_per_second(plan.box.low.us_per_byte));
  now.us_per_byte = us_per_byte(bits);
  now.round_trip_us = inside(now.round_trip_us, plan.box.low.round_trip_us, plan.box.high.round_trip_us);
  now.wait_us = inside(now.wait_us, plan.box.low.wait_us, plan.box.high.wait_us);
  now.load = inside(now.load, plan.box.low.load, plan.box.high.load);
  char address[256];
  std::snprintf(address, sizeof address,
                "bandwidth=%.17g&rtt=%.17g&wait=%.17g&load=%.17g&deadline=%.17g&link=%s", bits,
                now.round_trip_us, now.wait_us, now.load, deadline, links[link]);
  return {now, static_cast<LinkState>(link), deadline, address};
}

void expect_same(const Plan& plan, const Moment& moment, const json& shown) {
  Setting setting = plan.setting;
  setting.deadline_us = moment.deadline_us;
  const Choice best = choose(plan.kept, setting, moment.now, moment.link);
  EXPECT_EQ(shown["candidate"], best.candidate);
  if (best.candidate < 0) {
    EXPECT_EQ(shown["verdict"], "late");
    EXPECT_TRUE(shown["worst_us"].is_null());
    return;
  }
  const bool none = moment.deadline_us == 0.0;
  EXPECT_EQ(shown["verdict"], none ? "" : (best.in_time ? "in-time" : "late"));
  const Candidate& chosen = plan.kept[static_cast<std::size_t>(best.candidate)];
  const double worst = value(costs(chosen, setting, moment.link).worst_us, moment.now);
  EXPECT_DOUBLE_EQ(shown["worst_us"].get<double>(), worst);
  EXPECT_NEAR(shown["parts_us"].get<double>(), worst, worst * 1e-9);
  EXPECT_EQ(shown["lines"], 1);
}

TEST_F(ReportBrowser, ComesToTheSameChoice) {
  Random random(1);
  const int reports = std::clamp(coinfer::test::case_count() / 20, 1, 100);
  std::vector<RandomPlan> plans;
  std::vector<std::vector<Moment>> moments(static_cast<std::size_t>(reports));
  json cases = json::array();
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const Plan plan = plans.emplace_back(random).plan();
    json addresses = json::array();
    for (int k = 0; k < 30; ++k)
      addresses.push_back(moments[i].emplace_back(random_moment(plan, random)).address);
    const std::string name = "report" + std::to_string(i) + ".html";
    write(name, report_html(plan));
    cases.push_back({{"report", name}, {"addresses", addresses}});
  }
  std::string drive = read(COINFER_SOURCE_DIR "/tests/report/drive.html");
  const std::string mark = "= %CASES%";
  drive.replace(drive.find(mark), mark.size(), "= " + cases.dump());
  write("drive.html", drive);
  const std::string page = open("drive.html");
  EXPECT_EQ(console_, "");
  const json results = json::parse(between(page, "<pre id=\"results\">", "</pre>"), nullptr, false);
  ASSERT_EQ(results.size(), plans.size()) << page.substr(0, 2000);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Plan plan = plans[i].plan();
    EXPECT_EQ(results[i]["loaded"], 0);
    ASSERT_EQ(results[i]["seen"].size(), moments[i].size());
    for (std::size_t k = 0; k < moments[i].size(); ++k) {
      SCOPED_TRACE("report " + std::to_string(i) + "#" + moments[i][k].address);
      expect_same(plan, moments[i][k], results[i]["seen"][k]);
    }
    // The last conditions, but for what was moved.
    Moment last = moments[i].back();
    last.now.us_per_byte = us_per_byte(bits_per_second(plan.box.low.us_per_byte));
    last.deadline_us = 0.0;
    last.link = LinkState::down;
    expect_same(plan, last, results[i]["moved"]);
    const std::string address = results[i]["moved"]["address"];
    EXPECT_NE(address.find("&amp;deadline=0&amp;link=down"), std::string::npos) << address;
  }
}

// The file as it is, under an address that somebody was given; what the address lacks is as at the beginning.
TEST_F(ReportBrowser, OpensAsItsAddressSays) {
  Random random(2);
  const RandomPlan made(random, "</script><img src=x onerror=document.title='no'>");
  const Plan plan = made.plan();
  write("report.html", report_html(plan));
  Moment moment = random_moment(plan, random);
  moment.link = LinkState::down;
  moment.now = plan.box.low;
  moment.deadline_us = 1;
  const std::string page = open("report.html#deadline=1&link=down&rtt=nonsense&load=&bandwidth=NaN");
  EXPECT_EQ(console_, "");
  EXPECT_NE(page.find("<title>Where to cut &lt;/script&gt;&lt;img src=x"), std::string::npos);
  Setting setting = plan.setting;
  setting.deadline_us = 1;
  const int chosen = choose(plan.kept, setting, plan.box.low, LinkState::down).candidate;
  const std::string choice = between(page, "<p id=\"choice\">", "</p>");
  EXPECT_EQ(choice.rfind(chosen < 0 ? "No answer" : "#" + std::to_string(chosen) + ": ", 0), 0U) << choice;
}

// Otherwise the absence of complaints would prove nothing.
TEST_F(ReportBrowser, AComplaintIsSeen) {
  Random random(3);
  std::string page = report_html(RandomPlan(random).plan());
  page.insert(page.find("</body>"), "<script>document.title = 'injected';</script>");
  write("report.html", page);
  EXPECT_EQ(open("report.html").find("<title>injected"), std::string::npos);
  EXPECT_NE(console_.find("Content Security Policy"), std::string::npos) << console_;
}

}  // namespace
