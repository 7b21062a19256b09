// SPDX-License-Identifier: Apache-2.0
// 'coinfer profile' and 'coinfer plan' as their users meet them.
#include <nlohmann/json.hpp>

#include "commands.hpp"

namespace {

using nlohmann::json;

class PlanCommands : public Commands {
 protected:
  json profile(const std::string& name) const { return json::parse(read(name)); }
  void write_json(const std::string& name, const json& value) const {
    const std::string text = value.dump();
    write(name, tiny::Bytes(text.begin(), text.end()));
  }

  // Of model.tflite: every stage takes 1000 us on the device and 10 us at the edge peer.
  void write_even_profile(const std::string& name) const {
    ASSERT_EQ(coinfer("profile model.tflite -o " + name + " --repetitions 1 -q").code, 0);
    json file = profile(name);
    const auto time = [](double us) { return json{{"median_us", us}, {"p10_us", us}, {"p90_us", us}}; };
    for (json& stage : file["device"]["stages"]) stage = time(1000);
    for (std::size_t split = 0; split < 6; ++split)
      file["edge"]["exits"][0]["tails"][split] = time(10.0 * static_cast<double>(6 - split));
    write_json(name, file);
  }
};

TEST_F(PlanCommands, AProfileIsCompletedByItsSides) {
  ASSERT_EQ(
      coinfer("profile exits.tflite --exits 'exit0;exit1' -o p.json --side device --repetitions 2").code, 0);
  json file = profile("p.json");
  EXPECT_EQ(file["format"], 1);
  EXPECT_FALSE(file.contains("edge"));
  const json device = file["device"];
  const Outcome edge = coinfer(
      "profile exits.tflite --exits 'exit0;exit1' -o p.json --side edge --edge-kernels portable --machine "
      "server "
      "--repetitions 2");
  ASSERT_EQ(edge.code, 0) << edge.err;
  EXPECT_NE(edge.out.find("edge: server, portable"), std::string::npos) << edge.out;
  file = profile("p.json");
  EXPECT_EQ(file["device"], device);
  ASSERT_EQ(file["edge"]["exits"].size(), 2U);
  EXPECT_FALSE(file["edge"]["exits"][0]["tails"][0].is_null());
  EXPECT_TRUE(file["edge"]["exits"][0]["tails"].back().is_null());  // nothing is left for a tail
  expect_complaint("profile exits.tflite -o p.json", 1, "p.json: is the profile of another network");
}

TEST_F(PlanCommands, ThePlanSwitchesWhereTheLatenciesCross) {
  write_even_profile("p.json");
  const Outcome outcome = coinfer(
      "plan model.tflite --profile p.json -o model_split.hpp --json plan.json --bandwidth 10k..10M --rtt "
      "2000");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json plan = profile("plan.json");
  EXPECT_EQ(plan["considered"], 7);
  EXPECT_EQ(plan["baselines"], json::array());  // both are worth keeping
  const json& regions = plan["regions"];
  ASSERT_GE(regions.size(), 2U);
  EXPECT_NEAR(regions.front()["from_bits_per_second"].get<double>(), 1e4, 1);
  EXPECT_NEAR(regions.back()["to_bits_per_second"].get<double>(), 1e7, 100);
  // On the device alone it takes 6 ms; with the whole network at the edge peer 60 us, 2 ms of round trip, and
  // its bytes.
  const json& candidates = plan["candidates"];
  EXPECT_EQ(candidates[regions.front()["candidate"].get<std::size_t>()]["split"], 6);
  const json& last = candidates[regions.back()["candidate"].get<std::size_t>()];
  EXPECT_EQ(last["split"], 0);
  for (std::size_t i = 1; i < regions.size(); ++i) {
    EXPECT_EQ(regions[i]["from_bits_per_second"], regions[i - 1]["to_bits_per_second"]);
    const double bits = regions[i]["from_bits_per_second"];
    const auto latency = [&](const json& c) {
      const bool local = c["wire_bytes"] == 0;
      return c["head_us"].get<double>() +
             (local ? 0.0 : c["wire_bytes"].get<double>() * 8e6 / bits + 2000 + c["tail_us"].get<double>());
    };
    const double before = latency(candidates[regions[i - 1]["candidate"].get<std::size_t>()]);
    EXPECT_NEAR(before, latency(candidates[regions[i]["candidate"].get<std::size_t>()]), before * 1e-6);
  }
  // In the middle: 316 kbit/s, 2 ms.
  EXPECT_NE(read("model_split.hpp").find("coinfer::Conditions split_start = {6476345, 2000, 0, 1024, "),
            std::string::npos);
  EXPECT_NE(read("model_split.hpp").find("inline constexpr coinfer::SplitTable split_table"),
            std::string::npos);
  EXPECT_NE(outcome.out.find("split 6 on the device"), std::string::npos) << outcome.out;
}

TEST_F(PlanCommands, WordsThatAreNoLimitAreRefused) {
  write_even_profile("p.json");
  const std::string plan = "plan model.tflite --profile p.json ";
  expect_complaint(plan + "--allowed-splits nowhere", 2, "'nowhere'");
  expect_complaint(plan + "--accuracy 0.9,0.8", 2, "2 values for 1 exits");
  expect_complaint(plan + "--bandwidth 5M..1M", 2, "ends before it begins");
  expect_complaint(plan + "--accuracy nan", 2, "nan is not in [0 - 1]");
  expect_complaint(plan + "--device-speed nan", 2, "--device-speed");
  expect_complaint(plan + "--bandwidth fast", 2, "'fast' is no number");
  expect_complaint(plan + "--plot plan.txt", 2, "ends neither in .svg nor in .png");
}

// Each limit alone; the value that the complaint names is enough, one less is not.
TEST_F(PlanCommands, ALimitThatLeavesNothingIsNamedWithTheNearestValue) {
  write_even_profile("p.json");
  const std::string plan = "plan model.tflite --profile p.json --rtt 2000 --bandwidth 8M ";
  const auto nearest = [&](const std::string& arguments, const std::string& before) {
    const std::string complaint = coinfer(plan + arguments).err;
    const std::size_t at = complaint.find(before);
    EXPECT_NE(at, std::string::npos) << complaint;
    return at == std::string::npos ? 0 : std::atol(complaint.c_str() + at + before.size());
  };
  for (const std::string option : {"--ram ", "--flash "}) {
    const std::string take = "1: 6 of 6 stages, which --fallback needs, take ";
    const long least = nearest(option + "1", option + take);
    ASSERT_GT(least, 1);
    EXPECT_EQ(coinfer(plan + option + std::to_string(least)).code, 0);
    expect_complaint(plan + option + std::to_string(least - 1), 2, std::to_string(least) + " bytes of");
  }
  const long earliest = nearest("--fallback none --ram 1", "--ram 1: even the earliest cut takes ");
  EXPECT_EQ(coinfer(plan + "--fallback none --ram " + std::to_string(earliest)).code, 0);
  expect_complaint(plan + "--fallback none --ram " + std::to_string(earliest - 1), 2, "--ram");
  const long fastest = nearest("--deadline-us 2000",
                               "--deadline-us 2000: nothing is that fast anywhere in the given ranges, the "
                               "fastest takes ");
  EXPECT_GT(fastest, 2000);
  EXPECT_EQ(coinfer(plan + "--deadline-us " + std::to_string(fastest)).code, 0);
  expect_complaint(plan + "--deadline-us " + std::to_string(fastest - 1), 2, std::to_string(fastest));
  expect_complaint(plan + "--accuracy 0.90004 --accuracy-floor 0.90005", 2,
                   "--accuracy-floor 0.90005: no exit reaches it, the best one has 0.90004");
}

TEST_F(PlanCommands, LimitsThatLeaveNothingTogetherAreAllNamed) {
  write_even_profile("p.json");
  const std::string plan = "plan model.tflite --profile p.json ";
  const json splits = json::parse(coinfer("inspect model.tflite --json").out)["splits"];
  const auto bytes = [&](const char* of, std::size_t split) {
    return std::to_string(splits[split][of].get<int>());
  };
  expect_complaint(plan + "--ram 1 --flash 1", 2,
                   "--ram 1 and --flash 1: 6 of 6 stages, which --fallback needs, take " +
                       bytes("device_ram_bytes", 6) + " bytes of RAM and " + bytes("device_flash_bytes", 6) +
                       " bytes of constants");
  // The head up to 'conv' fits, no later one does.
  const std::string room = "--flash " + bytes("device_flash_bytes", 1);
  expect_complaint(plan + room, 2, " bytes of constants; --fallback none fits");
  expect_complaint(plan + room + " --fallback none --allowed-splits 3,4", 2,
                   "--allowed-splits leaves no way to answer; the nearest split that does is 1 (" + room +
                       ": split 3 takes " + bytes("device_flash_bytes", 3) + " bytes of constants)");
  EXPECT_EQ(coinfer(plan + room + " --fallback none --allowed-splits 3,4,1").code, 0);
  json half = profile("p.json");
  for (json& tail : half["edge"]["exits"][0]["tails"]) tail = nullptr;
  write_json("p.json", half);
  expect_complaint(plan + room + " --fallback none", 2, "--profile has no time of the edge peer");
}

// tests/report has what the page shows.
TEST_F(PlanCommands, AReportIsOneFileThatHoldsThePlan) {
  write_even_profile("p.json");
  json file = profile("p.json");
  file["device"]["machine"] = "</script><img src=x onerror=alert(1)>";
  write_json("p.json", file);
  ASSERT_EQ(coinfer("plan model.tflite --profile p.json --html report.html --json plan.json").code, 0);
  const std::string page = read("report.html");
  EXPECT_EQ(page.find("<img"), std::string::npos);
  const std::string begin = "<script type=\"application/json\" id=\"plan\">";
  const std::size_t at = page.find(begin) + begin.size();
  EXPECT_EQ(json::parse(page.substr(at, page.find("</script>", at) - at)), profile("plan.json"));
  // Whole or not there: p.json is no folder.
  expect_complaint("plan model.tflite --profile p.json --json absent.json --html p.json/report.html", 1,
                   "cannot");
  EXPECT_FALSE(fs::exists(path("absent.json")));
  ASSERT_EQ(coinfer("plan model.tflite --profile p.json --html report.html --rtt 5000").code, 0);
  EXPECT_NE(read("report.html"), page);
  for (const auto& entry : fs::directory_iterator(folder_))
    EXPECT_EQ(entry.path().filename().string().rfind("report.html", 0) == 0,
              entry.path().filename() == "report.html");
}

TEST_F(PlanCommands, ADeviceThatMayOnlyBeCutLateSendsNothingElse) {
  write_even_profile("p.json");
  const Outcome outcome =
      coinfer("plan model.tflite --profile p.json --allowed-splits conv,depthwise --json plan.json --rtt 0");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json plan = profile("plan.json");
  EXPECT_EQ(plan["considered"], 3);
  for (const json& candidate : plan["candidates"]) {
    const int split = candidate["split"];
    EXPECT_TRUE(split == 1 || split == 2 || split == 6) << split;
  }
}

TEST_F(PlanCommands, Plots) {
  if (std::system("command -v gnuplot >/dev/null") != 0) GTEST_SKIP() << "no gnuplot";
  write_even_profile("p.json");
  for (const char* bandwidth : {"10k..10M", "1M"}) {
    const Outcome outcome =
        coinfer(std::string("plan model.tflite --profile p.json --plot plan.svg --bandwidth ") + bandwidth);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::string picture = read("plan.svg");
    EXPECT_NE(picture.find("<svg"), std::string::npos);
    EXPECT_NE(picture.find("Split of model by bandwidth"), std::string::npos);
    EXPECT_NE(picture.find("split 6, exit 0"), std::string::npos);
    fs::remove(path("plan.svg"));
  }
}

// Only rearranged, it is the input all the same.
TEST_F(PlanCommands, ACutThatSendsTheInputIsMarked) {
  tiny::ModelBuilder model;
  const auto input = model.int8("input", {1, 4, 4, 2});
  const auto flat = model.int8("flat", {1, 32});
  model.op(tiny::Code::RESHAPE, {input, model.integers("shape", {1, 32})}, flat);
  const auto scores = model.int8("scores", {1, 3}, 0.5F);
  model.op(tiny::Code::FULLY_CONNECTED,
           {flat, model.filter("filter", {3, 32}, {0.1F}, 0), model.bias("bias", 3)}, scores,
           tiny::schema::FullyConnectedOptionsT());
  model.ends({input}, {scores});
  write("model.tflite", model.bytes());
  ASSERT_EQ(coinfer("profile model.tflite -o p.json --repetitions 1 -q").code, 0);
  const Outcome outcome =
      coinfer("plan model.tflite --profile p.json --allowed-splits 1 --device-speed 1e-6 --bandwidth 1G");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("after 'flat', sends the input"), std::string::npos) << outcome.out;
}

// A name that ends its comment, or the line, would be code.
TEST_F(PlanCommands, NamesOfOthersDoNotBecomeCode) {
  tiny::ModelBuilder model = tiny::classifier();
  model.tensor_named("conv").name = "conv\n#error injected \\";
  write("model.tflite", model.bytes());
  write_even_profile("p.json");
  json file = profile("p.json");
  file["device"]["machine"] = "board \\";
  write_json("p.json", file);
  ASSERT_EQ(
      coinfer("plan model.tflite --profile p.json -o split.hpp --rtt 0 --bandwidth 1G --load 1 --wait 0 "
              "--allowed-splits 1 --accuracy 1")
          .code,
      0);
  const std::string header = read("split.hpp");
  EXPECT_NE(header.find("// after 'conv_"), std::string::npos) << header;
  EXPECT_EQ(header.find('\\'), std::string::npos);
  EXPECT_EQ(header.find("\n#error"), std::string::npos);
  ASSERT_EQ(coinfer("plan model.tflite --profile p.json -o split.hpp --name 'a{} int x; namespace b'").code,
            0);
  EXPECT_NE(read("split.hpp").find("namespace a___int_x__namespace_b {"), std::string::npos)
      << read("split.hpp");
}

TEST_F(PlanCommands, ProfilesThatAreNoneAreRefused) {
  write_even_profile("p.json");
  const json good = profile("p.json");
  const auto refused = [&](const char* about, const auto& damage) {
    json file = good;
    damage(file);
    write_json("damaged.json", file);
    expect_complaint("plan model.tflite --profile damaged.json", 1, about);
  };
  refused("'format'", [](json& f) { f.erase("format"); });
  refused("has format 2", [](json& f) { f["format"] = 2; });
  refused("another network", [](json& f) { f["identity"] = std::string(64, '0'); });
  refused("'stages' is no list of 6", [](json& f) { f["device"]["stages"].erase(0); });
  refused("'median_us' is no time", [](json& f) { f["device"]["stages"][2]["median_us"] = -1; });
  refused("'median_us' is no time", [](json& f) { f["device"]["stages"][2]["median_us"] = "1"; });
  refused("'tails' is no list of 7", [](json& f) { f["edge"]["exits"][0]["tails"] = 7; });
  refused("'machine' has control characters", [](json& f) { f["device"]["machine"] = "\x1b[2J"; });
  refused("'machine' is no text", [](json& f) { f["edge"]["machine"] = json::array(); });
  write("damaged.json", {'{'});
  expect_complaint("plan model.tflite --profile damaged.json", 1, "damaged.json: is no JSON");
  json half = good;
  half.erase("edge");
  write_json("half.json", half);
  expect_complaint("plan model.tflite --profile half.json", 2, "has no edge side");
}

// A device of 100 mW takes 100 uJ in each stage of 1000 us; 500 mW for 8 us a byte are 4 uJ.
TEST_F(PlanCommands, ADeviceFileGivesPowerAndMemory) {
  write_even_profile("p.json");
  write_json("board.json", {{"format", 1}, {"name", "board"}, {"active_mw", 100}, {"send_mw", 500}});
  const std::string plan = "plan model.tflite --profile p.json --bandwidth 1M --json plan.json ";
  ASSERT_EQ(coinfer(plan).code, 0);
  EXPECT_FALSE(profile("plan.json").contains("stage_energy_uj"));
  const Outcome outcome = coinfer(plan + "--device board.json");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("all stages on the device 600 uJ, most in stage 0: 100 uJ"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("sending 4 to 4 uJ a byte"), std::string::npos) << outcome.out;
  const json file = profile("plan.json");
  EXPECT_EQ(file["stage_energy_uj"], json(std::vector<double>(6, 100.0)));
  EXPECT_EQ(file["send_uj_per_byte"], json({4.0, 4.0}));
  EXPECT_EQ(file["provenance"], "device: board, times of this host, portable; edge: this host, xnnpack");
  // The option wins.
  ASSERT_EQ(coinfer(plan + "--device board.json --active-mw 50").code, 0);
  EXPECT_EQ(profile("plan.json")["stage_energy_uj"], json(std::vector<double>(6, 50.0)));
  write_json("board.json", {{"format", 1}, {"name", "board"}, {"ram_bytes", 10}});
  expect_complaint(plan + "--device board.json", 2, "--ram 10: 6 of 6 stages, which --fallback needs, take ");
  EXPECT_EQ(coinfer(plan + "--device board.json --ram 1000000").code, 0);
}

TEST_F(PlanCommands, DeviceFilesThatAreNoneAreRefused) {
  write_even_profile("p.json");
  const json good = {{"format", 1}, {"name", "board"}, {"active_mw", 100}};
  const auto refused = [&](const char* about, const json& change) {
    json file = good;
    file.update(change);
    write_json("board.json", file);
    expect_complaint("plan model.tflite --profile p.json -o split.hpp --device board.json", 1,
                     std::string("board.json: ") + about);
    EXPECT_FALSE(fs::exists(path("split.hpp")));
  };
  refused("has format 2", {{"format", 2}});
  refused("'name' is no text", {{"name", 7}});
  refused("'active_mw' is no power from 0 to 1e+06 mW", {{"active_mw", -1}});
  refused("'send_mw' is no power", {{"send_mw", nullptr}});
  refused("'wait_mw' is no power", {{"wait_mw", 1e7}});
  refused("'ram_bytes' is no whole number", {{"ram_bytes", 1e3}});
  refused("'flash_bytes' is 0", {{"flash_bytes", 0}});
  refused("'activ_mw' is not known", {{"activ_mw", 100}});
  write("board.json", {'['});
  expect_complaint("plan model.tflite --profile p.json --device board.json", 1, "board.json: is no JSON");
  expect_complaint("plan model.tflite --profile p.json --device none.json", 1, "none.json: cannot be read");
}

// Whatever is wrong with a profile: one line, and what was there before stays as it was.
TEST_F(PlanCommands, ARefusedProfileTouchesNoOutput) {
  write_even_profile("p.json");
  const std::string good = read("p.json");
  write("split.hpp", {'o', 'l', 'd'});
  const auto refused = [&](const std::string& text, const std::string& about) {
    write("bad.json", tiny::Bytes(text.begin(), text.end()));
    expect_complaint("plan model.tflite --profile bad.json -o split.hpp", 1, "bad.json: " + about);
    EXPECT_EQ(read("split.hpp"), "old");
    // Nor is it completed by another run.
    expect_complaint("profile model.tflite -o bad.json --repetitions 1", 1, "bad.json: " + about);
    EXPECT_TRUE(read("bad.json") == text);
    expect_complaint("profile model.tflite --fit bad.json -o fit.json", 1, "bad.json: ");
    EXPECT_FALSE(fs::exists(path("fit.json")));
  };
  const auto with_time = [&good](const std::string& time) {
    const std::size_t at = good.find("1000");
    return good.substr(0, at) + time + good.substr(good.find_first_of(",}", at));
  };
  refused("", "is no JSON");
  refused(good.substr(0, good.size() / 2), "is no JSON");
  refused(with_time("NaN"), "is no JSON");
  refused(with_time("1e999"), "is no JSON");
  refused(with_time("-0.5"), "'median_us' is no time from 0 to 1e+09 us");
  refused(with_time("1e10"), "'median_us' is no time");
  refused(with_time("null"), "'median_us' is no time");
  refused(with_time("[[]]"), "'median_us' is no time");
  refused("[" + good + "]", "'format' is missing");
  refused(std::string(100'000, '['), "is no JSON");
  refused("{\"format\": 1e30}", "'format' is no whole number");
  refused("{\"format\": 1, \"model\": \"a\", \"identity\": \"\"}", "is the profile of another network");
  write("large.json", {});
  fs::resize_file(path("large.json"), (64 << 20) + 1);
  expect_complaint("plan model.tflite --profile large.json -o split.hpp", 1,
                   "large.json: is larger than 64 MiB");
  expect_complaint("plan model.tflite --profile none.json -o split.hpp", 1, "none.json: cannot be read");
  expect_complaint("plan model.tflite --profile . -o split.hpp", 1, ".: is a folder");
  EXPECT_EQ(read("split.hpp"), "old");
}

}  // namespace
