// SPDX-License-Identifier: Apache-2.0
// The program as its users meet it: exit codes, one line of complaint, outputs that are whole or not there.
#include "commands.hpp"

#include <nlohmann/json.hpp>

namespace {

TEST_F(Commands, WrongUseIsCodeTwoAndOneLine) {
  expect_complaint("", 2, "subcommand is required");
  expect_complaint("inspect", 2, "model is required");
  expect_complaint("inspect model.tflite --colour", 2, "--colour");
  expect_complaint("inspect model.tflite --rounding triple", 2, "triple not in {double,single}");
  expect_complaint("run model.tflite --input records.bin --output out.bin --split 7", 2, "splits 0 to 6");
  expect_complaint("run model.tflite --input records.bin --output out.bin --split nowhere", 2, "'nowhere'");
  expect_complaint("run model.tflite --input records.bin --output out.bin --exit 1", 2, "has exits 0 to 0");
  EXPECT_FALSE(fs::exists(path("out.bin")));
}

TEST_F(Commands, FailureIsCodeOneAndOneLineNamingTheFile) {
  expect_complaint("inspect absent.tflite", 1, "absent.tflite: cannot be read");
  expect_complaint("inspect records.bin", 1, "records.bin: not a .tflite file");
  expect_complaint("run model.tflite --input model.tflite --output out.bin", 1, "a record of model has 72");
  expect_complaint("run model.tflite --input records.bin --output absent.tflite/../model.tflite/out.bin", 1,
                   "cannot");
  expect_complaint("inspect exits.tflite --exits exit0", 1, "every output must be in one exit");
  EXPECT_FALSE(fs::exists(path("out.bin")));
}

TEST_F(Commands, HelpAndVersionAreNoFailure) {
  for (const char* command : {"inspect", "run", "evaluate", "profile", "plan"}) {
    const Outcome outcome = coinfer(std::string(command) + " --help");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_NE(outcome.out.find("Example"), std::string::npos) << outcome.out;
  }
  EXPECT_EQ(coinfer("--version").out.rfind("coinfer ", 0), 0U);
}

TEST_F(Commands, RunGivesTheSameBytesAtEverySplitAndKernelSet) {
  ASSERT_EQ(coinfer("run model.tflite --input records.bin --output whole.bin --kernels reference").code, 0);
  const std::string whole = read("whole.bin");
  ASSERT_EQ(whole.size(), 5U * 3);
  for (const char* split : {"0", "1", "2", "3", "4", "5", "6", "input", "conv", "flat", "result"}) {
    const Outcome outcome =
        coinfer(std::string("run model.tflite --input records.bin --output cut.bin --split ") + split);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(read("cut.bin"), whole) << split;
  }
  EXPECT_NE(coinfer("run model.tflite --input records.bin --output cut.bin --split conv")
                .out.find("144 B cross at split 1"),
            std::string::npos);
}

TEST_F(Commands, RunWritesTheExitsOutputsInGraphOrder) {
  write("one.bin", tiny::Bytes(32, 7));
  const std::string run = "run exits.tflite --input one.bin --output ";
  ASSERT_EQ(coinfer(run + "both.bin").code, 0);
  ASSERT_EQ(coinfer(run + "early.bin --exits 'exit0;exit1' --exit 0").code, 0);
  ASSERT_EQ(coinfer(run + "late.bin --exits 'exit0;exit1' --split sum").code, 0);
  EXPECT_EQ(read("both.bin"), read("late.bin") + read("early.bin"));
}

TEST_F(Commands, InspectPrintsTheSameNumbersAsTextAndJson) {
  const auto json = nlohmann::json::parse(coinfer("inspect model.tflite --json").out);
  EXPECT_EQ(json["format"], 1);
  EXPECT_EQ(json["stages"].size(), 6U);
  EXPECT_EQ(json["splits"].size(), 7U);
  EXPECT_EQ(json["splits"][1]["feature_bytes"][0], 144);
  const std::string text = coinfer("inspect model.tflite").out;
  EXPECT_NE(text.find(json["identity"].get<std::string>()), std::string::npos);
  EXPECT_NE(text.find(std::to_string(json["macs"].get<int>()) + " MACs"), std::string::npos);
}

TEST_F(Commands, EvaluateCountsRightAnswersPerExit) {
  write("two.bin", tiny::Bytes(2 * 32, 7));
  const std::string run = "run exits.tflite --input two.bin --output answers.bin --exits '1;0' --exit ";
  const auto best = [&](const char* exit) {
    EXPECT_EQ(coinfer(run + exit).code, 0);
    const std::string scores = read("answers.bin");
    return std::max_element(
               scores.begin(), scores.begin() + 3,
               [](char a, char b) { return static_cast<signed char>(a) < static_cast<signed char>(b); }) -
           scores.begin();
  };
  const auto early = best("0");
  std::ofstream(path("labels.csv")) << "index,label\n0," << early << "\n1," << (early + 1) % 3 << "\n";
  const Outcome outcome = coinfer(
      "evaluate exits.tflite --exits '1;0' --inputs two.bin --labels labels.csv --json --compare reference");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["exits"][0]["right"], 1);
  EXPECT_EQ(json["exits"][0]["value"], 0.5);
  EXPECT_EQ(json["exits"][0]["agreeing"]["records"], 2);
  EXPECT_EQ(json["exits"].size(), 2U);
}

// What the network remembers is of the records before, however many threads there are.
TEST_F(Commands, EvaluateTakesTheRecordsOfARecurrentNetworkInTheirOrder) {
  constexpr std::size_t count = 50'000;  // enough that several threads would take some
  write("recurrent.tflite", tiny::recurrent().bytes());
  tiny::Bytes records(count * 6);
  for (std::size_t i = 0; i < records.size(); ++i) records[i] = static_cast<std::uint8_t>(i * i * 89 + i / 7);
  write("steps.bin", records);
  ASSERT_EQ(coinfer("run recurrent.tflite --input steps.bin --output answers.bin").code, 0);
  const std::string answers = read("answers.bin");
  const std::ptrdiff_t classes = static_cast<std::ptrdiff_t>(answers.size() / count);
  std::ofstream labels(path("labels.csv"));
  labels << "label\n";
  for (auto scores = answers.begin(); scores != answers.end(); scores += classes) {
    const auto less = [](char a, char b) {
      return static_cast<signed char>(a) < static_cast<signed char>(b);
    };
    labels << std::max_element(scores, scores + classes, less) - scores << "\n";
  }
  labels.close();
  const Outcome outcome =
      coinfer("evaluate recurrent.tflite --inputs steps.bin --labels labels.csv --threads 8 --json");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["exits"][0]["value"], 1.0) << outcome.out;
}

TEST_F(Commands, EvaluateRefusesLabelsThatDoNotFit) {
  std::ofstream(path("few.csv")) << "label\n1\n";
  expect_complaint("evaluate model.tflite --inputs records.bin --labels few.csv", 1,
                   "has 1 labels for 5 records");
  std::ofstream(path("words.csv")) << "label\n1\ntwo\n";
  expect_complaint("evaluate model.tflite --inputs records.bin --labels words.csv", 1, "words.csv: line 3");
  expect_complaint("evaluate model.tflite --inputs records.bin --labels few.csv --metric auc", 2,
                   "does not reconstruct the input");
  expect_complaint("evaluate exits.tflite --inputs records.bin --labels few.csv", 2,
                   "group them with --exits");
}

}  // namespace
