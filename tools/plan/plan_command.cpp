// SPDX-License-Identifier: Apache-2.0
#include "plan/plan_command.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>

#include "files/files.hpp"
#include "graph/split.hpp"
#include "import/names.hpp"
#include "plan/device_file.hpp"
#include "plan/network_candidates.hpp"
#include "plan/output.hpp"
#include "plan/plot.hpp"
#include "plan/range.hpp"
#include "plan/words.hpp"
#include "run/model_options.hpp"

namespace coinfer::plan {
namespace {

struct Options {
  run::ModelOptions model;
  std::filesystem::path profile;
  std::filesystem::path output;
  std::filesystem::path table;
  std::filesystem::path json;
  std::filesystem::path plot;
  std::filesystem::path html;
  std::string name;
  Setting setting;
  Limits limits;
  std::vector<double> accuracy;
  std::vector<double> handshake;
  std::vector<double> resumption;
  std::string allowed_splits;
  std::filesystem::path device;
  // Those of the device file, unless they are given.
  std::optional<std::int64_t> ram;
  std::optional<std::int64_t> flash;
  std::optional<double> active_mw;
  std::optional<double> send_mw;
  std::optional<double> wait_mw;
  double device_speed = 1.0;
  std::string bandwidth = "50k..50M";
  std::string round_trip = "1000..200000";
  std::string wait = "0..100000";
  std::string load = "1..10";
  std::uint32_t version = 1;
};

// CLI::Range lets NaN pass.
CLI::Validator between(double least, double most) {
  std::ostringstream range;
  range << '[' << least << " - " << most << ']';
  return {[=, text = range.str()](const std::string& word) {
            double value = 0.0;
            const bool number = CLI::detail::lexical_cast(word, value);
            return number && value >= least && value <= most ? std::string() : word + " is not in " + text;
          },
          "FLOAT in " + range.str()};
}

std::vector<int> splits_of(const graph::Graph& graph, const std::string& text) {
  std::vector<int> splits;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) splits.push_back(graph::parse_split(graph, word));
  if (splits.empty()) throw std::invalid_argument("--allowed-splits names none");
  return splits;
}

Box box_of(const Options& o) {
  const Range bandwidth = parse_range("--bandwidth", o.bandwidth, 1e3, 1e12);
  const Range round_trip = parse_range("--rtt", o.round_trip, 0, 1e8);
  const Range wait = parse_range("--wait", o.wait, 0, 1e8);
  const Range load = parse_range("--load", o.load, 1, 1e4);
  return {{us_per_byte(bandwidth.high), round_trip.low, wait.low, load.low},
          {us_per_byte(bandwidth.low), round_trip.high, wait.high, load.high}};
}

Handshake handshake_of(const std::vector<double>& numbers) {
  return numbers.empty() ? Handshake{} : Handshake{numbers[0], numbers[1], numbers[2]};
}

std::vector<double> accuracy_of(const graph::Graph& graph, const Options& o) {
  const std::size_t exits = graph.exits.size();
  if (o.accuracy.empty() && exits == 1) return {1.0};
  if (o.accuracy.size() != exits)
    throw std::invalid_argument("--accuracy: " + std::to_string(o.accuracy.size()) + " values for " +
                                std::to_string(exits) + " exits; 'coinfer evaluate' measures them");
  return o.accuracy;
}

std::vector<double> stage_energies(const profile::DeviceRun& device, std::optional<double> active_mw) {
  std::vector<double> energies;
  if (!active_mw) return energies;
  for (const profile::Measurement& stage : device.stages)
    energies.push_back(stage.median_us * *active_mw / 1000);
  return energies;
}

// `device`: its name, where it is not the machine that was measured.
std::string provenance(const profile::Profile& profile, const std::string& device) {
  std::ostringstream text;
  text << "device: " << device << (device.empty() ? "" : ", times of ") << profile.device->machine << ", "
       << profile.device->kernels;
  if (const auto mape = profile.device->predicted_mape)
    text << ", predicted (mean error " << std::lround(*mape * 100) << " percent)";
  text << "; edge: " << profile.edge->machine << ", " << profile.edge->kernels;
  return text.str();
}

// The options take what the file has and they have not.
void complete(Options& options, const DeviceFile& device) {
  const auto unless_given = [](auto& option, const auto& value) {
    if (!option) option = value;
  };
  unless_given(options.ram, device.ram_bytes);
  unless_given(options.flash, device.flash_bytes);
  unless_given(options.active_mw, device.active_mw);
  unless_given(options.send_mw, device.send_mw);
  unless_given(options.wait_mw, device.wait_mw);
  options.limits.ram_bytes = options.ram;
  options.limits.flash_bytes = options.flash;
  options.setting.send_mw = options.send_mw.value_or(0.0);
  options.setting.wait_mw = options.wait_mw.value_or(0.0);
}

// Costs rise with every condition: what is late where all are at their best is late everywhere.
void check_deadline(const std::vector<Candidate>& candidates, const Setting& setting, const Box& box) {
  double fastest = std::numeric_limits<double>::infinity();
  for (const Candidate& c : candidates)
    fastest = std::min(fastest, value(costs(c, setting, LinkState::warm).worst_us, box.low));
  if (setting.deadline_us > 0.0 && fastest > setting.deadline_us)
    throw std::invalid_argument(formatted(
        "--deadline-us %.12g: nothing is that fast anywhere in the given ranges, the fastest takes %.0f us",
        setting.deadline_us, std::ceil(fastest)));
}

// What one would do without a plan, where no plan would do it.
std::vector<Candidate> baselines(const std::vector<Candidate>& candidates,
                                 const std::vector<Candidate>& kept) {
  std::vector<Candidate> found;
  std::ranges::copy_if(candidates, std::back_inserter(found), [&kept](const Candidate& c) {
    return (!c.uses_link() || c.split == 0) && std::ranges::find(kept, c) == kept.end();
  });
  return found;
}

void make_plan(Options options) {
  if (!options.plot.empty()) check_plot(options.plot);
  const DeviceFile device = options.device.empty() ? DeviceFile{} : read_device(options.device);
  complete(options, device);
  const graph::Graph graph = options.model.load();
  profile::Profile profile = profile::read(options.profile, graph);
  if (!profile.device || !profile.edge) {
    throw std::invalid_argument(
        options.profile.string() + ": has no " + (profile.device ? "edge" : "device") +
        " side; measure it with 'coinfer profile --side " + (profile.device ? "edge" : "device") + "'");
  }
  for (profile::Measurement& stage : profile.device->stages) stage.median_us /= options.device_speed;
  if (!options.allowed_splits.empty())
    options.limits.allowed_splits = splits_of(graph, options.allowed_splits);
  options.setting.full = handshake_of(options.handshake);
  options.setting.resumed = handshake_of(options.resumption);
  const Box box = box_of(options);
  const std::vector<Candidate> candidates = network_candidates(
      {graph, profile, accuracy_of(graph, options), options.active_mw.value_or(0.0)}, options.limits);
  check_deadline(candidates, options.setting, box);
  const std::vector<Candidate> kept = reduce(candidates, options.setting, box);
  const Table table = make_table(kept, options.setting, box, graph.identity, options.version);
  const Plan plan{graph,
                  kept,
                  candidates.size(),
                  table,
                  options.setting,
                  box,
                  provenance(profile, device.name),
                  stage_energies(*profile.device, options.active_mw),
                  baselines(candidates, kept)};
  std::vector<files::Output> outputs;
  const std::string name = import::namespace_name(options.name.empty() ? graph.name : options.name);
  if (!options.output.empty()) outputs.push_back({options.output, table_header(plan, name)});
  if (!options.table.empty()) outputs.push_back({options.table, table_file(table, start_conditions(box))});
  if (!options.json.empty()) outputs.push_back({options.json, table_json(plan)});
  if (!options.html.empty()) outputs.push_back({options.html, report_html(plan)});
  files::write(outputs);
  if (!options.plot.empty()) draw(plan, options.plot);
  std::fputs(plan_text(plan).c_str(), stdout);
}

}  // namespace

void add_plan_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("plan", "Make the split table: which cut is best under which conditions");
  command->footer(
      "The table holds every way to answer that is best anywhere in the given ranges, and no other.\n"
      "Examples:\n"
      "  coinfer plan kws.tflite --profile kws.profile.json -o kws_split.hpp --plot kws.svg\n"
      "  coinfer plan signs.tflite --exits '0;1;2' --accuracy 0.975,0.985,0.987 --profile signs.json\n"
      "      --objective accuracy --deadline-us 20000 --bandwidth 50k..50M --rtt 2000..80000 -o "
      "signs_split.hpp");
  run::add_model_options(*command, options->model);
  command->add_option("--profile", options->profile, "What 'coinfer profile' wrote, with both sides")
      ->required();
  command->add_option("-o,--output", options->output, "The table as a C++ header");
  command->add_option("--table", options->table, "The table as a file for 'coinfer run --table'");
  command->add_option("--json", options->json, "The table as JSON, with real numbers");
  command->add_option("--html", options->html, "A page that shows the choice under conditions that one sets");
  command->add_option("--plot", options->plot, "Latency against bandwidth, .svg or .png; needs gnuplot");
  command->add_option("--name", options->name, "Namespace in the header (default: as 'coinfer import')");
  run::add_choice<Objective>(
      *command, "--objective", options->setting.objective,
      {{"latency", Objective::latency}, {"accuracy", Objective::accuracy}, {"energy", Objective::energy}},
      "Least latency; most accuracy in time; least energy in time (default: latency)");
  command->add_option("--deadline-us", options->setting.deadline_us, "Of an inference (default: none)")
      ->check(between(0.0, 1e9));
  command->add_option("--accuracy", options->accuracy, "Of each exit, 0 to 1, by comma, in order of depth")
      ->delimiter(',')
      ->check(between(0.0, 1.0));
  command->add_option("--accuracy-floor", options->limits.accuracy_floor, "Use no exit below it")
      ->check(between(0.0, 1.0));
  command->add_option("--device", options->device,
                      "Power and memory of the device, JSON; the options for them win over it");
  command->add_option("--ram", options->ram, "Of the device for activations, bytes (default: enough)")
      ->check(CLI::PositiveNumber);
  command->add_option("--flash", options->flash, "Of the device for constants, bytes (default: enough)")
      ->check(CLI::PositiveNumber);
  run::add_choice<Fallback>(*command, "--fallback", options->limits.fallback,
                            {{"full", Fallback::full}, {"exit", Fallback::exit}, {"none", Fallback::none}},
                            "What the device must be able to answer alone (default: full)");
  command->add_option("--allowed-splits", options->allowed_splits,
                      "Where it may be cut, by comma: numbers or names of tensors (default: everywhere)");
  command->add_option("--bandwidth", options->bandwidth, "Range, bit/s")->capture_default_str();
  command->add_option("--rtt", options->round_trip, "Range of the round trip, us")->capture_default_str();
  command->add_option("--wait", options->wait, "Range of the wait in the edge peer's queue, us")
      ->capture_default_str();
  command
      ->add_option("--load", options->load, "How many times longer the edge peer may compute than profiled")
      ->capture_default_str();
  const auto add_handshake = [command](const char* name, std::vector<double>& numbers, const char* which) {
    command
        ->add_option(
            name, numbers,
            std::string("What ") + which + " costs: us of both ends, bytes, round trips (default: nothing)")
        ->delimiter(',')
        ->expected(3)
        ->check(between(0, 1e9));
  };
  add_handshake("--handshake", options->handshake, "a full handshake");
  add_handshake("--resumption", options->resumption, "a resumed session");
  command->add_option("--active-mw", options->active_mw, "Power of the device while it computes")
      ->check(between(0.0, 1e6));
  command->add_option("--send-mw", options->send_mw, "Power of its radio while it sends")
      ->check(between(0.0, 1e6));
  command->add_option("--wait-mw", options->wait_mw, "Power of its radio while it waits for the answer")
      ->check(between(0.0, 1e6));
  command
      ->add_option("--device-speed", options->device_speed,
                   "The device computes this many times as fast as profiled; below 1: slower")
      ->check(between(1e-6, 1e6));
  command
      ->add_option("--table-version", options->version,
                   "Number of this table; later ones have larger numbers")
      ->capture_default_str();
  command->callback([options] { make_plan(*options); });
}

}  // namespace coinfer::plan
