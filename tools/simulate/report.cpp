// SPDX-License-Identifier: Apache-2.0
#include "simulate/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

namespace coinfer::simulate {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

const Result& result_of(const Report& report, PolicyKind policy) {
  return *std::ranges::find(report.results, policy, &Result::policy);
}

double regret_of(const Report& report, const Result& result) {
  return regret(result, result_of(report, PolicyKind::oracle), report.scenario.setting.objective);
}

bool has_energy(const Scenario& scenario) {
  return scenario.active_mw > 0.0 || scenario.setting.send_mw > 0.0 || scenario.setting.wait_mw > 0.0;
}

enum class Better { more, less, neither };

struct Column {
  const char* name;
  const char* unit;
  const char* format;
  Better better;
  double (*value)(const Report&, const Result&);
};

double share(std::uint64_t part, const Result& result) {
  return result.over() == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(result.over());
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"on_time_accuracy", "%", "%.2f", Better::more,
       [](const Report&, const Result& r) { return 100 * r.on_time_accuracy(); }},
      {"hit_rate", "%", "%.2f", Better::more,
       [](const Report&, const Result& r) { return 100 * r.hit_rate(); }},
      {"mean", "ms", "%.3f", Better::less,
       [](const Report&, const Result& r) { return r.mean_latency_us() / 1000; }},
      {"p50", "ms", "%.3f", Better::less,
       [](const Report&, const Result& r) { return r.percentile_us(0.5) / 1000; }},
      {"p90", "ms", "%.3f", Better::less,
       [](const Report&, const Result& r) { return r.percentile_us(0.9) / 1000; }},
      {"p99", "ms", "%.3f", Better::less,
       [](const Report&, const Result& r) { return r.percentile_us(0.99) / 1000; }},
      {"energy", "uJ", "%.1f", Better::less,
       [](const Report&, const Result& r) { return r.energy_per_answer_uj(); }},
      {"bytes", "B", "%.0f", Better::less,
       [](const Report&, const Result& r) { return r.bytes_per_frame(); }},
      {"regret", "%", "%.2f", Better::less,
       [](const Report& report, const Result& r) { return 100 * regret_of(report, r); }},
      {"at_edge", "%", "%.1f", Better::neither,
       [](const Report&, const Result& r) { return share(r.at_edge, r); }},
      {"dropped", "%", "%.1f", Better::neither,
       [](const Report&, const Result& r) { return share(r.dropped, r); }},
      {"unanswered", "%", "%.1f", Better::neither,
       [](const Report&, const Result& r) { return share(r.unanswered, r); }},
      {"switches", "", "%.0f", Better::neither,
       [](const Report&, const Result& r) { return static_cast<double>(r.switches); }},
  };
  return all;
}

// Energy only where the powers are known.
std::vector<Column> columns_of(const Report& report) {
  std::vector<Column> shown = columns();
  if (!has_energy(report.scenario))
    std::erase_if(shown, [](const Column& column) { return column.name == std::string("energy"); });
  return shown;
}

std::string cell(const Column& column, const Report& report, const Result& result) {
  return formatted(column.format, column.value(report, result));
}

// By what the table shows: a difference that rounds away is none.
bool beats_ours(const Column& column, const Report& report, const Result& result) {
  if (result.policy == PolicyKind::oracle || result.policy == PolicyKind::ours) return false;
  if (column.better == Better::neither) return false;
  const Result& ours = result_of(report, PolicyKind::ours);
  if (cell(column, report, result) == cell(column, report, ours)) return false;
  const double difference = column.value(report, result) - column.value(report, ours);
  return column.better == Better::more ? difference > 0.0 : difference < 0.0;
}

const char* name_of(Objective objective) {
  switch (objective) {
    case Objective::latency:
      return "latency";
    case Objective::accuracy:
      return "accuracy";
    case Objective::energy:
      return "energy";
  }
  return "";
}

const char* regret_definition(Objective objective) {
  switch (objective) {
    case Objective::latency:
      return "mean latency above the oracle's";
    case Objective::accuracy:
      return "on-time accuracy below the oracle's";
    case Objective::energy:
      return "energy per answer in time above the oracle's";
  }
  return "";
}

double events_per_second(const Report& report) {
  double events = 0.0;
  double seconds = 0.0;
  for (const Result& result : report.results) {
    events += static_cast<double>(result.events);
    seconds += result.cpu_seconds;
  }
  return seconds > 0.0 ? events / seconds : 0.0;
}

}  // namespace

std::string report_text(const Report& report) {
  const Scenario& scenario = report.scenario;
  std::string text =
      report.model + " over " + report.trace +
      formatted(": %zu devices, %g frames/s for %g s, loss %g, nominal %.4g kbit/s and %.3g ms; objective %s",
                scenario.traces.size(), scenario.frames_per_second, scenario.duration_us / 1e6, scenario.loss,
                scenario.nominal_bits_per_second / 1e3, scenario.nominal_round_trip_us / 1e3,
                name_of(scenario.setting.objective)) +
      (scenario.setting.deadline_us > 0.0 ? formatted(", deadline %g ms", scenario.setting.deadline_us / 1e3)
                                          : "") +
      "\n\n" + formatted("%-16s", "policy");
  const std::vector<Column> shown = columns_of(report);
  for (const Column& column : shown)
    text += formatted(" %16s",
                      (std::string(column.name) + (*column.unit != '\0' ? ", " : "") + column.unit).c_str());
  text += "\n";
  for (const Result& result : report.results) {
    text += formatted("%-16s", to_string(result.policy));
    for (const Column& column : shown) {
      const char* const mark = beats_ours(column, report, result) ? "**" : "";
      text += formatted(" %16s", (mark + cell(column, report, result) + mark).c_str());
    }
    text += "\n";
  }
  text += "\nregret: " + std::string(regret_definition(scenario.setting.objective)) +
          ", of the oracle's; **: better than ours\n";
  if (has_energy(scenario)) text += "energy: per answer in time, output of the model, not measured\n";
  const Result& ours = result_of(report, PolicyKind::ours);
  text += formatted("ours: %llu late answers that a local finish could have prevented",
                    static_cast<unsigned long long>(ours.late_though_feasible));
  if (ours.returns > 0)
    text += formatted("; back at the edge peer at most %.2f s after each of %llu partitions",
                      ours.longest_return_us / 1e6, static_cast<unsigned long long>(ours.returns));
  text += "\n";
  for (const std::string& note : report.notes) text += note + "\n";
  return text + formatted("%.3g events per second of processor time\n", events_per_second(report));
}

std::string report_json(const Report& report) {
  const Scenario& scenario = report.scenario;
  nlohmann::json json = {{"format", 1},
                         {"model", report.model},
                         {"trace", report.trace},
                         {"devices", scenario.traces.size()},
                         {"frames_per_second", scenario.frames_per_second},
                         {"duration_s", scenario.duration_us / 1e6},
                         {"loss", scenario.loss},
                         {"seed", scenario.seed},
                         {"objective", name_of(scenario.setting.objective)},
                         {"deadline_us", scenario.setting.deadline_us},
                         {"detector", scenario.detector == Detector::cusum ? "cusum" : "bayes"},
                         {"regret_definition", regret_definition(scenario.setting.objective)},
                         {"energy_is", "output of the model, not measured"},
                         {"events_per_second", events_per_second(report)},
                         {"notes", report.notes},
                         {"policies", nlohmann::json::array()}};
  for (const Result& r : report.results) {
    const auto finite = [](double value) {
      return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
    };
    nlohmann::json policy = {{"policy", to_string(r.policy)},
                             {"frames", r.frames()},
                             {"at_edge", r.at_edge},
                             {"on_device", r.on_device},
                             {"unanswered", r.unanswered},
                             {"dropped", r.dropped},
                             {"unfinished", r.unfinished},
                             {"on_time_accuracy", r.on_time_accuracy()},
                             {"hit_rate", r.hit_rate()},
                             {"mean_us", r.mean_latency_us()},
                             {"p50_us", r.percentile_us(0.5)},
                             {"p90_us", r.percentile_us(0.9)},
                             {"p99_us", r.percentile_us(0.99)},
                             {"energy_uj_per_answer_in_time", finite(r.energy_per_answer_uj())},
                             {"bytes_per_frame", r.bytes_per_frame()},
                             {"regret", finite(regret_of(report, r))},
                             {"switches", r.switches},
                             {"late_though_feasible", r.late_though_feasible},
                             {"full_handshakes", r.full_handshakes},
                             {"resumptions", r.resumptions},
                             {"returns", r.returns},
                             {"longest_return_us", r.longest_return_us},
                             {"events", r.events},
                             {"better_than_ours", nlohmann::json::array()}};
    for (const Column& column : columns_of(report)) {
      if (beats_ours(column, report, r)) policy["better_than_ours"].push_back(column.name);
    }
    json["policies"].push_back(policy);
  }
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string report_csv(const Report& report) {
  const std::vector<Column> shown = columns_of(report);
  std::string text = "policy";
  for (const Column& column : shown)
    text += "," + std::string(column.name) +
            (*column.unit == '%'    ? "_percent"
             : *column.unit != '\0' ? "_"
                                    : "") +
            (*column.unit == '%' ? "" : column.unit);
  text += "\n";
  for (const Result& result : report.results) {
    text += to_string(result.policy);
    for (const Column& column : shown) text += "," + formatted("%.9g", column.value(report, result));
    text += "\n";
  }
  return text;
}

std::string report_plot(const Report& report, const std::string& output) {
  constexpr std::size_t steps = 200;
  std::ostringstream data;
  std::ostringstream plot;
  plot << "set terminal "
       << (output.ends_with(".png") ? "pngcairo size 1000,600" : "svg size 1000,600 font 'sans,12'")
       << "\nset output '" << output
       << "'\nset logscale x\nset grid\nset key outside right\nset yrange [0:100]\n"
       << "set xlabel 'latency, ms'\nset ylabel 'of all frames, %'\n"
       << "set title 'Frames answered in a given time' noenhanced\nplot ";
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const Result& result = report.results[i];
    std::vector<float> latencies = result.latencies_us;
    std::ranges::sort(latencies);
    data << "$policy" << i << " << EOD\n";
    if (latencies.empty()) data << "1 0\n";
    for (std::size_t k = 1; k <= steps && !latencies.empty(); ++k) {
      const std::size_t answers = (latencies.size() * k + steps - 1) / steps;
      data << std::max(1e-3, latencies[answers - 1] / 1e3) << " " << share(answers, result) << "\n";
    }
    data << "EOD\n";
    plot << (i == 0 ? "" : ", ") << "$policy" << i << " with lines linewidth 2 title '"
         << to_string(result.policy) << "'";
  }
  return data.str() + plot.str() + "\n";
}

}  // namespace coinfer::simulate
