// SPDX-License-Identifier: Apache-2.0
#include "plan/output.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <sstream>
#include <vector>

#include "plan/regions.hpp"
#include "plan/words.hpp"

namespace coinfer::plan {
namespace {

std::string bandwidth_text(double bits_per_second) {
  if (bits_per_second >= 1e6) return formatted("%.3g Mbit/s", bits_per_second / 1e6);
  return formatted("%.3g kbit/s", bits_per_second / 1e3);
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
    text += formatted("sending %.3g to %.3g uJ a byte\n", plan.send_uj_per_byte(plan.box.low),
                      plan.send_uj_per_byte(plan.box.high));
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
        << "  // " << describe(plan.graph, plan.kept[i]) << "\n";
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
            describe(plan.graph, c) + "\n";
  }
  text += energy_text(plan);
  text += formatted("\nbest for %s, round trip %.3g ms, queue %.3g ms, load %.3g:\n",
                    name_of(plan.setting.objective), plan.box.low.round_trip_us / 1000,
                    plan.box.low.wait_us / 1000, plan.box.low.load);
  for (const Region& region : regions(plan)) {
    const Candidate& c = plan.kept[static_cast<std::size_t>(region.candidate)];
    text += formatted("  %s to %s: #%d, split %d ", bandwidth_text(region.from).c_str(),
                      bandwidth_text(region.to).c_str(), region.candidate, c.split) +
            describe(plan.graph, c) +
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
