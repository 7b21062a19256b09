// SPDX-License-Identifier: Apache-2.0
#include "simulate/simulate_command.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "files/files.hpp"
#include "plan/planning_options.hpp"
#include "plan/plot.hpp"
#include "plan/range.hpp"
#include "simulate/report.hpp"
#include "simulate/trace_source.hpp"

namespace coinfer::simulate {
namespace {

struct Options {
  plan::PlanningOptions planning;
  std::string trace;
  std::string duration = "600s";
  std::string partitions;
  std::string nominal;
  std::vector<double> compressed_input;
  double round_trip_us = 10'000;
  double frames_per_second = 10.0;
  int devices = 1;
  double loss = 0.0;
  std::uint64_t seed = 1;
  double socket_bytes = 5744;
  EdgeOptions edge;
  SessionOptions session;
  Detector detector = Detector::cusum;
  std::filesystem::path json;
  std::filesystem::path csv;
  std::filesystem::path plot;
};

constexpr double most_frames = 1e8;

Partitions partitions_of(const std::string& text) {
  if (text.empty()) return {};
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos)
    throw std::invalid_argument("--partitions: '" + text + "' is no MEAN-UP:MEAN-DOWN (60s:5s)");
  return {parse_duration_us("--partitions", text.substr(0, colon)),
          parse_duration_us("--partitions", text.substr(colon + 1))};
}

// Averages over the time that the links are up.
void set_nominal(Scenario& scenario, const std::string& given) {
  double up_us = 0.0;
  double bits = 0.0;
  double round_trip = 0.0;
  for (const Trace& trace : scenario.traces) {
    double begin_us = 0.0;
    for (const Segment& segment : trace.segments()) {
      const double us = std::min(segment.end_us, scenario.duration_us) - begin_us;
      begin_us = segment.end_us;
      if (!segment.up || us <= 0.0) continue;
      up_us += us;
      bits += us * 8e6 / segment.us_per_byte;
      round_trip += us * segment.round_trip_us;
    }
  }
  if (up_us == 0.0) throw std::invalid_argument("--trace: the link is never up");
  scenario.nominal_bits_per_second =
      given.empty() ? bits / up_us : plan::parse_range("--nominal", given, 1.0, 1e12).low;
  scenario.nominal_round_trip_us = round_trip / up_us;
}

Scenario scenario_of(const Options& options, const plan::Planning& planning) {
  Scenario scenario;
  scenario.setting = planning.setting;
  scenario.duration_us = parse_duration_us("--duration", options.duration);
  scenario.frames_per_second = options.frames_per_second;
  if (scenario.duration_us / 1e6 * options.frames_per_second * options.devices > most_frames)
    throw std::invalid_argument("--duration, --rate and --devices give more than 100 million frames");
  scenario.loss = options.loss;
  scenario.seed = options.seed;
  scenario.socket_bytes = options.socket_bytes;
  scenario.edge = options.edge;
  scenario.session = options.session;
  scenario.detector = options.detector;
  const TraceSource source(options.trace, options.round_trip_us);
  const Partitions partitions = partitions_of(options.partitions);
  for (int device = 0; device < options.devices; ++device) {
    scenario.traces.push_back(
        source.make(scenario.duration_us, partitions, options.seed, static_cast<std::uint64_t>(device)));
  }
  set_nominal(scenario, options.nominal);
  scenario.box = box_of(scenario.traces);

  NetworkOptions network = {planning.accuracy, planning.limits, planning.active_mw.value_or(0.0),
                            std::nullopt};
  const std::vector<double>& compressed = options.compressed_input;
  if (!compressed.empty() && takes_image(planning.graph)) {
    network.compressed_input = {compressed[0],
                                compressed.size() > 1 ? compressed[1] : planning.accuracy.back(),
                                compressed.size() > 2 ? compressed[2] : 0.0};
  }
  add_ways(scenario, planning.graph, planning.profile, network);
  add_table(scenario, planning.graph.identity);
  return scenario;
}

// Why a policy cannot take part; empty: it can.
std::string obstacle(PolicyKind policy, const Scenario& scenario, const plan::Planning& planning) {
  const auto none = [&scenario](auto suits) { return std::ranges::none_of(scenario.ways, suits); };
  const auto deepest = [&scenario](const Way& way) { return way.cost.exit == scenario.deepest_exit; };
  switch (policy) {
    case PolicyKind::device_only:
      return none([&](const Way& way) { return deepest(way) && !way.cost.uses_link(); })
                 ? "the device cannot run the whole network"
                 : "";
    case PolicyKind::edge_raw:
      return none([&](const Way& way) { return deepest(way) && way.cost.split == 0; })
                 ? "the input must not be sent"
                 : "";
    case PolicyKind::edge_compressed:
      if (!takes_image(planning.graph)) return "the model's input is no image";
      return scenario.compressed_input ? "" : "its size is not known (--compressed-input)";
    case PolicyKind::shao:
      return none([&](const Way& way) { return deepest(way) && way.block_end; })
                 ? "no feature of one tensor is as small as the input"
                 : "";
    default:
      return "";
  }
}

void run(const Options& options) {
  if (!options.plot.empty()) plan::check_plot(options.plot);
  const plan::Planning planning = plan::load_planning(options.planning);
  const Scenario scenario = scenario_of(options, planning);
  std::vector<Result> results;
  std::vector<std::string> notes;
  for (const PolicyKind policy : all_policies) {
    const std::string why = obstacle(policy, scenario, planning);
    if (why.empty()) {
      results.push_back(simulate(scenario, policy));
    } else {
      notes.push_back(std::string(to_string(policy)) + " is left out: " + why);
    }
  }
  const Report report = {planning.graph.name, options.trace, scenario, results, notes};
  std::vector<files::Output> outputs;
  if (!options.json.empty()) outputs.push_back({options.json, report_json(report)});
  if (!options.csv.empty()) outputs.push_back({options.csv, report_csv(report)});
  files::write(outputs);
  if (!options.plot.empty()) {
    plan::draw([&report](const std::string& picture) { return report_plot(report, picture); }, options.plot);
  }
  std::fputs(report_text(report).c_str(), stdout);
}

void add_link_options(CLI::App& command, Options& options) {
  command
      .add_option("--trace", options.trace,
                  "wifi, lte, lora, ble, constant:5M, markov:1M/10s,100k/2s, or a .csv file")
      ->required();
  command.add_option("--rtt-us", options.round_trip_us, "Round trip of traces that have none of their own")
      ->check(run::between(0.0, 1e8))
      ->capture_default_str();
  command.add_option("--nominal", options.nominal,
                     "Bandwidth that is known beforehand, bit/s (default: the mean of the trace)");
  command.add_option("--loss", options.loss, "Probability that a TCP segment is lost")
      ->check(run::between(0.0, 0.5))
      ->capture_default_str();
  command.add_option("--partitions", options.partitions,
                     "The link goes down: MEAN-UP:MEAN-DOWN, e.g. 60s:5s (default: never)");
  command.add_option("--socket-bytes", options.socket_bytes, "What the device's socket takes at once")
      ->check(run::between(0.0, 1e9))
      ->capture_default_str();
}

void add_edge_options(CLI::App& command, Options& options) {
  command.add_option("--edge-workers", options.edge.workers, "Tails that the edge peer runs at once")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  run::add_choice<bool>(command, "--edge-order", options.edge.earliest_deadline_first,
                        {{"deadline", true}, {"fifo", false}}, "Of its queue (default: deadline)");
  command
      .add_option("--edge-queue", options.edge.longest_queue,
                  "Longest queue, beyond it inferences are refused")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      .add_option("--others-rate", options.edge.others_per_second, "Inferences of other devices, a second")
      ->check(run::between(0.0, 1e6));
  command.add_option("--others-us", options.edge.others_us, "What each of them takes, mean")
      ->check(run::between(0.0, 1e9));
}

void add_session_options(CLI::App& command, Options& options) {
  const auto add = [&command](const char* name, std::uint32_t& value, const char* text) {
    command.add_option(name, value, text)->check(CLI::Range(1U, 3'600'000'000U))->capture_default_str();
  };
  SessionOptions& session = options.session;
  session.answer_timeout_us = session.connect_timeout_us = session.ping_timeout_us = 1'000'000;
  session.backoff_min_us = 100'000;
  session.backoff_max_us = 500'000;
  add("--margin-us", session.margin_us, "Kept free before a deadline when finishing locally");
  add("--answer-timeout-us", session.answer_timeout_us,
      "Longest wait for an answer without a deadline; baselines: always");
  add("--connect-timeout-us", session.connect_timeout_us, "Longest time to open the link");
  add("--ping-timeout-us", session.ping_timeout_us, "Longest wait for a sign of life");
  add("--backoff-min-us", session.backoff_min_us, "Longest wait before the first attempt to reconnect");
  add("--backoff-max-us", session.backoff_max_us, "Longest wait before any");
}

}  // namespace

void add_simulate_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "simulate", "Compare policies of where to cut, on links that change, fail and are shared");
  command->footer(
      "Examples:\n"
      "  coinfer simulate signs.tflite --exits '0;1;2' --accuracy 0.975,0.985,0.987 --profile signs.json\n"
      "      --device-speed 0.02 --objective accuracy --deadline-us 50000 --trace wifi --partitions 60s:5s\n"
      "  coinfer simulate kws.tflite --profile kws.json --trace recorded.csv --rate 5 --json "
      "comparison.json");
  plan::add_planning_options(*command, options->planning);
  command->add_option("--duration", options->duration, "Simulated time")->capture_default_str();
  command->add_option("--rate", options->frames_per_second, "Frames of each device, a second")
      ->check(run::between(1e-3, 1e5))
      ->capture_default_str();
  command->add_option("--devices", options->devices, "That share the edge peer")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      ->add_option("--compressed-input", options->compressed_input,
                   "Input compressed as an image: bytes[,accuracy[,us to encode]] (default: no such policy)")
      ->delimiter(',')
      ->expected(1, 3)
      ->check(run::between(0.0, 1e9));
  add_link_options(*command, *options);
  add_edge_options(*command, *options);
  add_session_options(*command, *options);
  run::add_choice<Detector>(*command, "--detector", options->detector,
                            {{"cusum", Detector::cusum}, {"bayes", Detector::bayes}},
                            "Change detector of our policy (default: cusum)");
  command->add_option("--seed", options->seed, "Of all random numbers")->capture_default_str();
  command->add_option("--json", options->json, "The comparison as JSON");
  command->add_option("--csv", options->csv, "The table as CSV");
  command->add_option("--plot", options->plot, "Frames answered by a time, .svg or .png; needs gnuplot");
  command->callback([options] { run(*options); });
}

}  // namespace coinfer::simulate
