// SPDX-License-Identifier: Apache-2.0
#include "plan/plan_command.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <memory>
#include <sstream>

#include "files/files.hpp"
#include "import/names.hpp"
#include "plan/output.hpp"
#include "plan/planning_options.hpp"
#include "plan/plot.hpp"
#include "plan/range.hpp"
#include "plan/words.hpp"

namespace coinfer::plan {
namespace {

struct Options {
  PlanningOptions planning;
  std::filesystem::path output;
  std::filesystem::path table;
  std::filesystem::path json;
  std::filesystem::path plot;
  std::filesystem::path html;
  std::string name;
  std::string bandwidth = "50k..50M";
  std::string round_trip = "1000..200000";
  std::string wait = "0..100000";
  std::string load = "1..10";
  std::uint32_t version = 1;
};

Box box_of(const Options& o) {
  const Range bandwidth = parse_range("--bandwidth", o.bandwidth, 1e3, 1e12);
  const Range round_trip = parse_range("--rtt", o.round_trip, 0, 1e8);
  const Range wait = parse_range("--wait", o.wait, 0, 1e8);
  const Range load = parse_range("--load", o.load, 1, 1e4);
  return {{us_per_byte(bandwidth.high), round_trip.low, wait.low, load.low},
          {us_per_byte(bandwidth.low), round_trip.high, wait.high, load.high}};
}

std::vector<double> stage_energies(const Planning& made) {
  std::vector<double> energies;
  if (!made.active_mw) return energies;
  for (const profile::Measurement& stage : made.profile.device->stages)
    energies.push_back(stage.median_us * *made.active_mw / 1000);
  return energies;
}

// With the name of the device, where it is not the machine that was measured.
std::string provenance(const Planning& made) {
  const profile::Profile& profile = made.profile;
  std::ostringstream text;
  text << "device: " << made.device << (made.device.empty() ? "" : ", times of ") << profile.device->machine
       << ", " << profile.device->kernels;
  if (const auto mape = profile.device->predicted_mape)
    text << ", predicted (mean error " << std::lround(*mape * 100) << " percent)";
  text << "; edge: " << profile.edge->machine << ", " << profile.edge->kernels;
  return text.str();
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

void make_plan(const Options& options) {
  if (!options.plot.empty()) check_plot(options.plot);
  const Planning made = load_planning(options.planning);
  const Box box = box_of(options);
  const std::vector<Candidate> candidates = network_candidates(
      {made.graph, made.profile, made.accuracy, made.active_mw.value_or(0.0)}, made.limits);
  check_deadline(candidates, made.setting, box);
  const std::vector<Candidate> kept = reduce(candidates, made.setting, box);
  const Table table = make_table(kept, made.setting, box, made.graph.identity, options.version);
  const Plan plan{made.graph,
                  kept,
                  candidates.size(),
                  table,
                  made.setting,
                  box,
                  provenance(made),
                  stage_energies(made),
                  baselines(candidates, kept)};
  std::vector<files::Output> outputs;
  const std::string name = import::namespace_name(options.name.empty() ? made.graph.name : options.name);
  if (!options.output.empty()) outputs.push_back({options.output, table_header(plan, name)});
  if (!options.table.empty()) outputs.push_back({options.table, table_file(table, start_conditions(box))});
  if (!options.json.empty()) outputs.push_back({options.json, table_json(plan)});
  if (!options.html.empty()) outputs.push_back({options.html, report_html(plan)});
  files::write(outputs);
  if (!options.plot.empty()) {
    draw([&plan](const std::string& picture) { return plot_script(plan, picture); }, options.plot);
  }
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
  add_planning_options(*command, options->planning);
  command->add_option("-o,--output", options->output, "The table as a C++ header");
  command->add_option("--table", options->table, "The table as a file for 'coinfer run --table'");
  command->add_option("--json", options->json, "The table as JSON, with real numbers");
  command->add_option("--html", options->html, "A page that shows the choice under conditions that one sets");
  command->add_option("--plot", options->plot, "Latency against bandwidth, .svg or .png; needs gnuplot");
  command->add_option("--name", options->name, "Namespace in the header (default: as 'coinfer import')");
  command->add_option("--bandwidth", options->bandwidth, "Range, bit/s")->capture_default_str();
  command->add_option("--rtt", options->round_trip, "Range of the round trip, us")->capture_default_str();
  command->add_option("--wait", options->wait, "Range of the wait in the edge peer's queue, us")
      ->capture_default_str();
  command
      ->add_option("--load", options->load, "How many times longer the edge peer may compute than profiled")
      ->capture_default_str();
  command
      ->add_option("--table-version", options->version,
                   "Number of this table; later ones have larger numbers")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([options] { make_plan(*options); });
}

}  // namespace coinfer::plan
