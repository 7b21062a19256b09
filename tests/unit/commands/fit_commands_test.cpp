// SPDX-License-Identifier: Apache-2.0
// 'coinfer profile --fit' and '--predict' as their users meet them.
#include <nlohmann/json.hpp>

#include "commands.hpp"

namespace {

using nlohmann::json;

class FitCommands : public Commands {
 protected:
  json json_of(const std::string& name) const { return json::parse(read(name)); }
  void write_json(const std::string& name, const json& value) const {
    const std::string text = value.dump();
    write(name, tiny::Bytes(text.begin(), text.end()));
  }

  // Profiles of model.tflite and, with its two exits, exits.tflite: every stage takes `us`.
  void write_profiles(double us = 40) const {
    for (const std::string model : {"model.tflite", "exits.tflite --exits 'exit0;exit1'"}) {
      const std::string name = model.substr(0, model.find('.')) + ".json";
      ASSERT_EQ(
          coinfer("profile " + model + " -o " + name + " --side device --machine board --repetitions 1 -q")
              .code,
          0);
      json file = json_of(name);
      for (json& stage : file["device"]["stages"])
        stage = {{"median_us", us}, {"p10_us", us}, {"p90_us", us}};
      write_json(name, file);
    }
  }
};

constexpr const char* fit_both =
    "profile model.tflite exits.tflite --fit model.json exits.json -o board.fit.json";

TEST_F(FitCommands, AProfileIsPredictedFromThoseOfOtherNetworks) {
  write_profiles();
  const Outcome outcome = coinfer(fit_both);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("board, portable kernels"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("CONV_2D"), std::string::npos) << outcome.out;
  const json fit = json_of("board.fit.json");
  EXPECT_EQ(fit["format"], 1);
  EXPECT_EQ(fit["models"], json({"model", "exits"}));
  ASSERT_EQ(
      coinfer("profile model.tflite -o new.json --side edge --edge-kernels portable --repetitions 1 -q").code,
      0);
  const json edge = json_of("new.json")["edge"];
  const Outcome predicted = coinfer("profile model.tflite --predict board.fit.json -o new.json");
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_NE(predicted.out.find("device: board, portable kernels, predicted, 240.0 us"), std::string::npos)
      << predicted.out;
  const json profile = json_of("new.json");
  EXPECT_EQ(profile["edge"], edge);
  EXPECT_EQ(profile["device"]["repetitions"], 0);
  EXPECT_NEAR(profile["device"]["predicted_mape"].get<double>(), 0.0, 1e-6);
  ASSERT_EQ(profile["device"]["stages"].size(), 6U);
  for (const json& stage : profile["device"]["stages"])
    EXPECT_NEAR(stage["median_us"].get<double>(), 40, 1e-3);
  const Outcome plan = coinfer("plan model.tflite --profile new.json -o split.hpp");
  ASSERT_EQ(plan.code, 0) << plan.err;
  EXPECT_NE(read("split.hpp").find("board, portable, predicted (mean error 0 percent)"), std::string::npos)
      << read("split.hpp");
}

TEST_F(FitCommands, TheErrorsComeAsJsonToo) {
  write_profiles();
  const Outcome outcome = coinfer(std::string(fit_both) + " --json");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_EQ(report["held_out"], "model");
  EXPECT_EQ(report["types"]["CONV_2D"]["stages"], 3);
  EXPECT_LT(report["stages"]["mape"].get<double>(), 1e-6);
  EXPECT_TRUE(report["stages"]["edgent_mape"].is_number());
}

// A profile from before they carried exits: those of the command line are meant.
TEST_F(FitCommands, AProfileThatDoesNotSayItsExitsTakesThoseGiven) {
  write_profiles();
  json file = json_of("exits.json");
  EXPECT_EQ(file["exits"], "1;0");
  file.erase("exits");
  file.erase("rounding");
  write_json("exits.json", file);
  const std::string fit = "profile exits.tflite --fit exits.json -o fit.json";
  expect_complaint(fit, 1, "exits.json: is the profile of none of the given models, but of 'exits'");
  const Outcome outcome = coinfer(fit + " --exits 'exit0;exit1'");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("predicted from the other stages"), std::string::npos) << outcome.out;
}

TEST_F(FitCommands, WhatCannotBeLearntFromIsRefusedAndWritesNothing) {
  write_profiles();
  const auto expect_refusal = [this](const std::string& arguments, int code, const std::string& about) {
    expect_complaint(arguments, code, about);
    EXPECT_FALSE(fs::exists(path("fit.json"))) << arguments;
  };
  const std::string fit = "profile model.tflite exits.tflite -o fit.json --fit ";
  expect_refusal("profile exits.tflite -o fit.json --fit model.json", 1,
                 "model.json: is the profile of none");
  expect_refusal(fit + "missing.json", 1, "missing.json: cannot be read");
  expect_refusal("profile missing.tflite -o fit.json --fit model.json", 1, "missing.tflite: cannot be read");
  json other = json_of("exits.json");
  other["device"]["machine"] = "server";
  write_json("other.json", other);
  expect_refusal(fit + "model.json other.json", 1,
                 "other.json: is of 'server' with portable kernels, model.json of 'board'");
  other = json_of("model.json");
  other["device"]["predicted_mape"] = 0.1;
  write_json("other.json", other);
  expect_refusal(fit + "other.json", 1, "other.json: was predicted itself");
  other.erase("device");
  write_json("other.json", other);
  expect_refusal(fit + "other.json", 1, "other.json: has no device side");
  write_profiles(0);
  expect_refusal(fit + "model.json", 2, "0 measured stages; a fit needs at least two");
  expect_refusal(fit + "model.json --repetitions 5", 2, "--repetitions");
  expect_refusal("profile model.tflite -o fit.json --predict model.json --side device", 2, "--side");
  expect_refusal("profile model.tflite -o fit.json --predict model.json", 1,
                 "model.json: 'machine' is missing");
  expect_refusal("profile model.tflite exits.tflite -o fit.json", 2, "one model at a time");
  expect_refusal("profile model.tflite -o fit.json --json", 2, "--fit");
}

}  // namespace
