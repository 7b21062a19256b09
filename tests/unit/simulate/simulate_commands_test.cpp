// SPDX-License-Identifier: Apache-2.0
// 'coinfer simulate' as its users meet it.
#include <nlohmann/json.hpp>

#include "../commands/commands.hpp"

namespace {

using nlohmann::json;

class SimulateCommand : public Commands {
 protected:
  void SetUp() override {
    Commands::SetUp();
    ASSERT_EQ(coinfer("profile model.tflite -o p.json --repetitions 1 -q").code, 0);
  }
  const std::string simulate_ = "simulate model.tflite --profile p.json --device-speed 0.001 ";
  const std::string short_ = "--duration 20s ";
};

TEST_F(SimulateCommand, ComparesThePolicies) {
  const Outcome outcome = coinfer(
      simulate_ + short_ + "--trace wifi --seed 7 --loss 0.01 --partitions 10s:1s --json a.json --csv a.csv");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json report = json::parse(read("a.json"));
  EXPECT_EQ(report["format"], 1);
  EXPECT_EQ(report["policies"][0]["policy"], "oracle");
  EXPECT_EQ(report["policies"][0]["regret"], 0.0);
  EXPECT_GE(report["policies"].size(), 7U);
  for (const json& policy : report["policies"]) {
    EXPECT_GE(policy["frames"], 200);
    EXPECT_LE(policy["frames"], 201);
    EXPECT_NE(outcome.out.find(policy["policy"].get<std::string>()), std::string::npos);
    EXPECT_TRUE(policy["policy"] != "ours" || policy["better_than_ours"].empty());
    // What is marked in the table is what is listed in the file.
    const std::size_t line = outcome.out.find("\n" + policy["policy"].get<std::string>());
    const std::string text = outcome.out.substr(line + 1, outcome.out.find('\n', line + 1) - line - 1);
    std::size_t marks = 0;
    for (std::size_t at = text.find("**"); at != std::string::npos; at = text.find("**", at + 2)) ++marks;
    EXPECT_EQ(marks, 2 * policy["better_than_ours"].size()) << text;
  }
  EXPECT_NE(read("a.csv").find("\nours,"), std::string::npos);
  EXPECT_NE(outcome.out.find("events per second"), std::string::npos);
  EXPECT_NE(outcome.out.find("edge-compressed is left out"), std::string::npos);
}

TEST_F(SimulateCommand, IsReproducible) {
  const std::string command =
      simulate_ + short_ + "--trace lte --devices 2 --detector bayes --loss 0.02 --csv ";
  ASSERT_EQ(coinfer(command + "a.csv --seed 3").code, 0);
  ASSERT_EQ(coinfer(command + "b.csv --seed 3").code, 0);
  ASSERT_EQ(coinfer(command + "c.csv --seed 4").code, 0);
  EXPECT_EQ(read("a.csv"), read("b.csv"));
  EXPECT_NE(read("a.csv"), read("c.csv"));
}

TEST_F(SimulateCommand, RefusesWhatItCannotSimulate) {
  expect_complaint(simulate_, 2, "--trace is required");
  expect_complaint(simulate_ + "--trace wimax", 2, "'wimax' is none of");
  expect_complaint(simulate_ + "--trace none.csv", 1, "none.csv");
  expect_complaint(simulate_ + "--trace wifi --loss nan", 2, "--loss");
  expect_complaint(simulate_ + "--trace wifi --loss -0.1", 2, "--loss");
  expect_complaint(simulate_ + "--trace wifi --rate 0", 2, "--rate");
  expect_complaint(simulate_ + "--trace wifi --duration forever", 2, "'forever' is no time");
  expect_complaint(simulate_ + "--trace wifi --duration 200h --rate 1e5", 2, "more than 100 million frames");
  expect_complaint(simulate_ + "--trace wifi --partitions 10s", 2, "MEAN-UP:MEAN-DOWN");
  expect_complaint(simulate_ + "--trace wifi --partitions 10s:-1s", 2, "--partitions");
  expect_complaint(simulate_ + "--trace wifi --devices 0", 2, "--devices");
  expect_complaint(simulate_ + "--trace wifi --plot a.txt", 2, "ends neither in .svg nor in .png");
  const std::string bad = "0,1000\n1,nan\n";
  write("bad.csv", tiny::Bytes(bad.begin(), bad.end()));
  expect_complaint(simulate_ + "--trace bad.csv", 1, "bad.csv: line 2");
}

TEST_F(SimulateCommand, Plots) {
  if (std::system("command -v gnuplot >/dev/null") != 0) GTEST_SKIP() << "no gnuplot";
  const Outcome outcome = coinfer(simulate_ + short_ + "--trace ble --plot a.svg");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(read("a.svg").find("neurosurgeon"), std::string::npos);
}

}  // namespace
