// SPDX-License-Identifier: Apache-2.0
#include "plan/table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace coinfer::plan {
namespace {

constexpr double most = coinfer::detail::most_units;
// The best answer anywhere in the box counts at least this many units, if all others fit beside it: rounding
// is then below 0.05%.
constexpr double least_units = 4096;

std::uint32_t rounded(double value, const char* what) {
  if (!(value >= 0.0 && value < most))
    throw std::invalid_argument(std::string("the split table has no room for ") + what + " " +
                                std::to_string(value));
  return static_cast<std::uint32_t>(std::llround(value));
}

std::uint8_t byte(int value, const char* what) {
  if (value < 0 || value > 255)
    throw std::invalid_argument(std::string(what) + " " + std::to_string(value) + " is beyond 255");
  return static_cast<std::uint8_t>(value);
}

// Between which values the cost of the best candidate lies, anywhere in the box: `low` exactly, `high` or
// less. Costs rise with every condition.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  void include(const Maximum& cost, const Maximum& worst_cost, const Box& box) {
    low = std::min(low, value(cost, box.low));
    high = std::min(high, value(worst_cost, box.high));
  }
};

int time_shift(const std::vector<Candidate>& candidates, const Setting& setting, const Box& box) {
  Range range;
  double largest = 0.0;
  for (const Candidate& c : candidates) {
    range.include(costs(c, setting, LinkState::warm).expected_us, costs(c, setting, LinkState::cold).worst_us,
                  box);
    largest = std::max({largest, c.forms[0].compute_us, c.tail_us});
  }
  largest = std::max({largest, range.high, setting.deadline_us});
  int shift = 0;
  while (shift < 20 && range.low / std::ldexp(0.001, shift + 1) >= least_units) ++shift;
  while (shift < 20 && largest / std::ldexp(0.001, shift) >= most) ++shift;
  return shift;
}

// Microjoules.
double energy_unit(const std::vector<Candidate>& candidates, const Setting& setting, const Box& box) {
  Range range;
  double largest = 0.0;
  for (const Candidate& c : candidates) {
    range.include(costs(c, setting, LinkState::warm).energy_uj, costs(c, setting, LinkState::cold).energy_uj,
                  box);
    largest = std::max(largest, c.energy_uj);
  }
  const double unit = std::max(range.low / least_units, std::max(largest, range.high) / most * 1.01);
  return unit > 0.0 ? unit : 1.0;
}

// Of `value`, the fractional bits with which it has 31 bits.
int fraction_bits(double value) {
  int bits = 0;
  while (bits < 56 && std::ldexp(value, bits + 1) < std::ldexp(1.0, 31)) ++bits;
  return bits;
}

}  // namespace

Table make_table(const std::vector<Candidate>& candidates, const Setting& setting, const Box& box,
                 std::span<const std::uint8_t, 32> identity, std::uint32_t version) {
  if (candidates.empty() || candidates.size() >= no_candidate)
    throw std::invalid_argument("a split table has 1 to 254 candidates, not " +
                                std::to_string(candidates.size()));
  Table table;
  const int shift = time_shift(candidates, setting, box);
  const double unit_us = std::ldexp(0.001, shift);
  double longest_tail = 0.0;
  for (const Candidate& c : candidates) longest_tail = std::max(longest_tail, c.tail_us / unit_us);
  int tail_bits = 0;  // the load multiplies the rounding too
  while (tail_bits < 10 && std::ldexp(longest_tail, tail_bits + 1) < most) ++tail_bits;
  const double unit_uj = energy_unit(candidates, setting, box);

  const auto time = [&](double us) { return rounded(us / unit_us, "the time of"); };
  const auto handshake = [&](const Handshake& h) {
    // Longer than any answer without it: as hopeless at the largest number.
    return HandshakeCost{time(std::min(h.compute_us, (most - 1) * unit_us)), rounded(h.bytes, "bytes"),
                         rounded(h.round_trips, "round trips")};
  };
  SplitTable& header = table.header;
  header.format = split_table_format;
  header.time_shift = static_cast<std::uint8_t>(shift);
  header.tail_bits = static_cast<std::uint8_t>(tail_bits);
  header.objective = setting.objective;
  header.candidate_count = static_cast<std::uint8_t>(candidates.size());
  header.version = version;
  header.deadline_us = rounded(setting.deadline_us, "deadline");
  // 1 mW is 1e-6 uJ in a ns.
  const double send_energy = setting.send_mw * 1e-6 / unit_uj;
  const double wait_energy = setting.wait_mw * 1e-6 / unit_uj;
  const int energy_bits = fraction_bits(std::max(send_energy, wait_energy));
  const auto power = [&](double energy) {
    return static_cast<std::uint32_t>(std::min(std::round(std::ldexp(energy, energy_bits)), 4e9));
  };
  header.energy_bits = static_cast<std::uint8_t>(energy_bits);
  header.send_energy = power(send_energy);
  header.wait_energy = power(wait_energy);
  header.resumed = handshake(setting.resumed);
  header.full = handshake(setting.full);
  std::ranges::copy(identity, header.identity);
  for (const Candidate& c : candidates) {
    SplitCandidate made{};
    made.compute = time(c.forms[0].compute_us);
    made.bytes = rounded(c.forms[0].bytes, "bytes");
    made.tail = rounded(std::ldexp(c.tail_us / unit_us, tail_bits), "the time of");
    if (c.forms[1].bytes > 0.0) {
      table.overlaps.push_back({time(c.forms[1].compute_us), rounded(c.forms[1].bytes, "bytes")});
      made.overlap = byte(static_cast<int>(table.overlaps.size()), "number of overlaps");
    }
    const double expected = c.forms[0].compute_us > 0.0 ? c.expected_compute_us / c.forms[0].compute_us : 1.0;
    made.expected = static_cast<std::uint16_t>(std::lround(expected * always));
    made.energy = rounded(c.energy_uj / unit_uj, "energy");
    made.offload = static_cast<std::uint16_t>(std::lround(c.offload * always));
    if (c.uses_link()) made.offload = std::max<std::uint16_t>(made.offload, 1);  // 0: needs no link
    made.accuracy = static_cast<std::uint16_t>(std::lround(c.accuracy * accuracy_one));
    made.split = byte(c.split, "split");
    made.exit = byte(c.exit, "exit");
    made.codec = byte(c.codec, "codec");
    made.threshold = byte(c.threshold, "threshold");
    table.candidates.push_back(made);
  }
  return table;
}

coinfer::Conditions to_device(const Conditions& conditions, LinkState link) {
  const auto saturated = [](double value) {
    return static_cast<std::uint32_t>(
        std::clamp(std::round(value), 0.0, double{std::numeric_limits<std::uint32_t>::max()}));
  };
  coinfer::Conditions device;
  device.byte_time_q8 = saturated(conditions.us_per_byte * 1000 * 256);
  device.round_trip_us = saturated(conditions.round_trip_us);
  device.wait_us = saturated(conditions.wait_us);
  device.load_q10 = saturated(conditions.load * 1024);
  device.link = link;
  return device;
}

}  // namespace coinfer::plan
