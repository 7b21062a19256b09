// SPDX-License-Identifier: Apache-2.0
#include "plan/output.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <sstream>
#include <string_view>
#include <vector>

#include "graph/identity.hpp"
#include "graph/split.hpp"
#include "plan/network_candidates.hpp"

namespace coinfer::plan {
namespace {

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

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string bandwidth_text(double bits_per_second) {
  if (bits_per_second >= 1e6) return formatted("%.3g Mbit/s", bits_per_second / 1e6);
  return formatted("%.3g kbit/s", bits_per_second / 1e3);
}

// Names come from files of others and go into C++ comments and scripts.
std::string plain(const std::string& text) {
  std::string safe = text;
  for (char& c : safe) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!allowed && std::string_view(" _-.,:;/()").find(c) == std::string_view::npos) c = '_';
  }
  return safe;
}

std::string describe(const Plan& plan, const Candidate& c) {
  if (!c.uses_link()) return "on the device";
  if (c.split == 0) return "on the edge peer";
  const std::string& name = plan.graph.stages[static_cast<std::size_t>(c.split) - 1].name;
  const std::string place = plain(name.substr(0, name.find(';')));  // converters join fused operators' names
  return "after '" + place + "'" + (sends_input(plan.graph, c.split, c.exit) ? ", sends the input" : "");
}

double bits_per_second(const Conditions& conditions) { return 8e6 / conditions.us_per_byte; }

// Everything at its best but the bandwidth.
Conditions at_bandwidth(const Plan& plan, double bits) {
  Conditions conditions = plan.box.low;
  conditions.us_per_byte = us_per_byte(bits);
  return conditions;
}

int chosen_at(const Plan& plan, double bits) {
  return choose(plan.kept, plan.setting, at_bandwidth(plan, bits), LinkState::warm).candidate;
}

double latency_ms(const Plan& plan, int candidate, double bits) {
  const Costs cost = costs(plan.kept[static_cast<std::size_t>(candidate)], plan.setting, LinkState::warm);
  return value(cost.expected_us, at_bandwidth(plan, bits)) / 1000;
}

struct Region {
  double from;  // bits per second
  double to;
  int candidate;
};

// Where another candidate becomes the best, from the least to the largest bandwidth.
std::vector<Region> regions(const Plan& plan) {
  const double low = bits_per_second(plan.box.high);
  const double high = bits_per_second(plan.box.low);
  constexpr int steps = 400;
  std::vector<Region> found = {{low, low, chosen_at(plan, low)}};
  double before = low;
  for (int i = 1; i <= steps; ++i) {
    const double bits = low * std::pow(high / low, double{1} * i / steps);
    if (chosen_at(plan, bits) != found.back().candidate) {
      double left = before;
      double right = bits;
      for (int k = 0; k < 40; ++k) {
        const double middle = std::sqrt(left * right);
        (chosen_at(plan, middle) == found.back().candidate ? left : right) = middle;
      }
      found.back().to = right;
      found.push_back({right, right, chosen_at(plan, bits)});
    }
    before = bits;
  }
  found.back().to = high;
  return found;
}

double send_uj_per_byte(const Plan& plan, const Conditions& conditions) {
  return plan.setting.send_mw / 1000 * conditions.us_per_byte;
}

// Nothing where no power is known.
std::string energy_text(const Plan& plan) {
  std::string text;
  if (!plan.stage_energy_uj.empty()) {
    const auto largest = std::ranges::max_element(plan.stage_energy_uj);
    const auto stage = static_cast<std::size_t>(largest - plan.stage_energy_uj.begin());
    const double all = std::accumulate(plan.stage_energy_uj.begin(), plan.stage_energy_uj.end(), 0.0);
    text += formatted("all stages on the device %.3g uJ, most in stage %zu: %.3g uJ\n", all, stage, *largest);
  }
  if (plan.setting.send_mw > 0.0)
    text += formatted("sending %.3g to %.3g uJ a byte\n", send_uj_per_byte(plan, plan.box.low),
                      send_uj_per_byte(plan, plan.box.high));
  return text.empty() ? text : "\n" + text;
}

// 16 a line.
std::string byte_list(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    text += (i % 16 == 0 ? "        " : " ") + std::to_string(bytes[i]) + (i % 16 == 15 ? ",\n" : ",");
  return text;
}

std::string start_literal(const coinfer::Conditions& start) {
  return formatted("{%u, %u, %u, %u, coinfer::LinkState::warm}", start.byte_time_q8, start.round_trip_us,
                   start.wait_us, start.load_q10);
}

std::string handshake_literal(const HandshakeCost& cost) {
  return formatted("{%u, %u, %u}", cost.compute, cost.bytes, cost.round_trips);
}

}  // namespace

std::string table_header(const Plan& plan, const std::string& name) {
  const SplitTable& t = plan.table.header;
  std::ostringstream out;
  out << "// The split table of '" << plain(plan.graph.name) << "'. Written by coinfer plan; do not edit.\n"
      << "// " << plain(plan.provenance)
      << "\n#pragma once\n\n#include \"coinfer/split_choice.hpp\"\n#include \"coinfer/split_table.hpp\"\n\n"
      << "namespace " << name << " {\n\n"
      << "inline constexpr coinfer::SplitCandidate split_candidates[] = {\n";
  for (std::size_t i = 0; i < plan.kept.size(); ++i) {
    const SplitCandidate& c = plan.table.candidates[i];
    out << formatted("    {%u, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u, 0},", c.compute, c.bytes, c.tail,
                     c.energy, unsigned{c.expected}, unsigned{c.offload}, unsigned{c.accuracy},
                     unsigned{c.split}, unsigned{c.exit}, unsigned{c.codec}, unsigned{c.threshold},
                     unsigned{c.overlap})
        << "  // " << describe(plan, plan.kept[i]) << "\n";
  }
  const std::vector<SplitOverlap>& overlaps = plan.table.overlaps;
  if (!overlaps.empty()) out << "};\n\ninline constexpr coinfer::SplitOverlap split_overlaps[] = {\n";
  for (const SplitOverlap& o : overlaps) out << formatted("    {%u, %u},\n", o.compute, o.bytes);
  out << "};\n\ninline constexpr coinfer::SplitTable split_table = {\n    "
      << formatted("%u, %u, %u, coinfer::Objective::%s, %u, %u, %u, %u, %u, %u, ", unsigned{t.format},
                   unsigned{t.time_shift}, unsigned{t.tail_bits}, name_of(t.objective),
                   unsigned{t.candidate_count}, unsigned{t.energy_bits}, t.version, t.deadline_us,
                   t.send_energy, t.wait_energy)
      << handshake_literal(t.resumed) << ", " << handshake_literal(t.full) << ",\n    {\n"
      << byte_list(t.identity) << "    },\n    split_candidates, "
      << (overlaps.empty() ? "nullptr" : "split_overlaps") << "};\n"
      << "// Until the device has measured some.\ninline constexpr coinfer::Conditions split_start = "
      << start_literal(start_conditions(plan.box)) << ";\n"
      << "static_assert(coinfer::split_table_format == " << unsigned{t.format}
      << ", \"coinfer: run coinfer plan again, this table was made for another version\");\n\n}  // "
         "namespace "
      << name << "\n";
  return out.str();
}

std::string table_json(const Plan& plan) {
  const SplitTable& t = plan.table.header;
  nlohmann::json json = {{"format", t.format},
                         {"model", plan.graph.name},
                         {"identity", graph::hexadecimal(plan.graph.identity)},
                         {"version", t.version},
                         {"objective", name_of(t.objective)},
                         {"deadline_us", t.deadline_us},
                         {"time_unit_us", std::ldexp(0.001, t.time_shift)},
                         {"provenance", plan.provenance},
                         {"considered", plan.considered},
                         {"bytes", plan.table.bytes()},
                         {"candidates", nlohmann::json::array()},
                         {"regions", nlohmann::json::array()}};
  for (const Candidate& c : plan.kept) {
    json["candidates"].push_back({{"split", c.split},
                                  {"exit", c.exit},
                                  {"codec", c.codec},
                                  {"accuracy", c.accuracy},
                                  {"head_us", c.forms[0].compute_us},
                                  {"wire_bytes", c.forms[0].bytes},
                                  {"tail_us", c.tail_us},
                                  {"energy_uj", c.energy_uj}});
  }
  if (!plan.stage_energy_uj.empty()) json["stage_energy_uj"] = plan.stage_energy_uj;
  if (plan.setting.send_mw > 0.0)
    json["send_uj_per_byte"] = {send_uj_per_byte(plan, plan.box.low), send_uj_per_byte(plan, plan.box.high)};
  for (const Region& region : regions(plan)) {
    json["regions"].push_back({{"from_bits_per_second", region.from},
                               {"to_bits_per_second", region.to},
                               {"candidate", region.candidate}});
  }
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string plan_text(const Plan& plan) {
  std::string text =
      plain(plan.graph.name) +
      formatted(": %zu ways to answer, %zu worth choosing from, table of %zu bytes on a 32-bit core\n",
                plan.considered, plan.kept.size(), plan.table.bytes());
  text += "\n  #  split  exit   head ms  wire bytes   tail ms  accuracy\n";
  for (std::size_t i = 0; i < plan.kept.size(); ++i) {
    const Candidate& c = plan.kept[i];
    text += formatted("%3zu  %5d  %4d  %8.3f  %10.0f  %8.3f  %7.2f%%  ", i, c.split, c.exit,
                      c.forms[0].compute_us / 1000, c.forms[0].bytes, c.tail_us / 1000, c.accuracy * 100) +
            describe(plan, c) + "\n";
  }
  text += energy_text(plan);
  text += formatted("\nbest for %s, round trip %.3g ms, queue %.3g ms, load %.3g:\n",
                    name_of(plan.setting.objective), plan.box.low.round_trip_us / 1000,
                    plan.box.low.wait_us / 1000, plan.box.low.load);
  for (const Region& region : regions(plan)) {
    const Candidate& c = plan.kept[static_cast<std::size_t>(region.candidate)];
    text += formatted("  %s to %s: #%d, split %d ", bandwidth_text(region.from).c_str(),
                      bandwidth_text(region.to).c_str(), region.candidate, c.split) +
            describe(plan, c) +
            formatted(", %.3f to %.3f ms\n", latency_ms(plan, region.candidate, region.from),
                      latency_ms(plan, region.candidate, region.to));
  }
  return text;
}

std::string plot_script(const Plan& plan, const std::string& output) {
  const bool png = output.ends_with(".png");
  std::ostringstream out;
  out << "set terminal " << (png ? "pngcairo size 1000,600" : "svg size 1000,600 font 'sans,12'") << "\n"
      << "set output '" << output << "'\nset logscale xy\nset grid\nset key outside right\n"
      << "set xlabel 'bandwidth, Mbit/s'\nset ylabel 'expected latency, ms'\n"
      << "set title 'Split of " << plain(plan.graph.name) << " by bandwidth' noenhanced\n";
  const std::vector<Region> found = regions(plan);
  // One bandwidth alone lies in the middle.
  const bool one = found.front().from == found.back().to;
  const double low = found.front().from * (one ? 0.5 : 1.0);
  const double high = found.back().to * (one ? 2.0 : 1.0);
  out << "set xrange [" << low / 1e6 << ":" << high / 1e6 << "]\n";
  for (std::size_t i = 0; i < found.size(); ++i) {
    out << "set object " << i + 1 << " rectangle from " << found[i].from / 1e6 << ", graph 0 to "
        << found[i].to / 1e6 << ", graph 1 behind fillcolor rgb '" << (i % 2 == 0 ? "#eef2f7" : "#dde6f0")
        << "' fillstyle solid noborder\n"
        << "set label " << i + 1 << " '" << plan.kept[static_cast<std::size_t>(found[i].candidate)].split
        << "' at " << std::sqrt(found[i].from * found[i].to) / 1e6 << ", graph 0.04 center\n";
  }
  out << "plot ";
  for (std::size_t i = 0; i < plan.kept.size(); ++i) {
    out << (i == 0 ? "" : ", ") << "$candidate" << i << " with lines linewidth 2 title 'split "
        << plan.kept[i].split << ", exit " << plan.kept[i].exit << "'";
  }
  std::string data;
  for (std::size_t i = 0; i < plan.kept.size(); ++i) {
    data += "$candidate" + std::to_string(i) + " << EOD\n";
    for (int k = 0; k <= 100; ++k) {
      const double bits = low * std::pow(high / low, k / 100.0);
      data += formatted("%g %g\n", bits / 1e6, latency_ms(plan, static_cast<int>(i), bits));
    }
    data += "EOD\n";
  }
  return data + out.str() + "\n";
}

}  // namespace coinfer::plan
