// SPDX-License-Identifier: Apache-2.0
#include "simulate/trace_source.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "plan/cost_model.hpp"
#include "plan/range.hpp"

namespace coinfer::simulate {
namespace {

constexpr double second = 1e6;
constexpr double millisecond = 1e3;
constexpr std::size_t most_segments = 10'000'000;

Process process_named(std::string_view name) {
  Process process;
  process.name = name;
  return process;
}

// Uplinks of small devices, all of it: not what the radio signals on the air.
std::vector<Process> make_known() {
  Process wifi = process_named("wifi");  // 2.4 GHz, one antenna, among other stations
  wifi.median_bits_per_second = 12e6;
  wifi.deviation = 0.5;
  wifi.correlation_us = 2 * second;
  wifi.fade_every_us = 20 * second;
  wifi.fade_us = 1 * second;
  wifi.fade_factor = 0.1;
  wifi.least_bits_per_second = 0.3e6;
  wifi.most_bits_per_second = 40e6;
  wifi.step_us = 100 * millisecond;
  wifi.round_trip_us = 3 * millisecond;
  wifi.jitter_us = 2 * millisecond;
  Process lte = process_named("lte");  // moving; a fade is a handover
  lte.median_bits_per_second = 8e6;
  lte.deviation = 0.8;
  lte.correlation_us = 8 * second;
  lte.fade_every_us = 60 * second;
  lte.fade_us = 0.4 * second;
  lte.fade_factor = 0.05;
  lte.least_bits_per_second = 0.1e6;
  lte.most_bits_per_second = 50e6;
  lte.step_us = 200 * millisecond;
  lte.round_trip_us = 40 * millisecond;
  lte.jitter_us = 15 * millisecond;
  Process lora = process_named("lora");  // 125 kHz, spreading factors 12 to 7
  lora.levels = {{250, 60 * second},  {440, 60 * second},  {980, 60 * second},
                 {1760, 60 * second}, {3125, 60 * second}, {5470, 60 * second}};
  lora.step_us = 2 * second;
  lora.round_trip_us = 1 * second;
  lora.jitter_us = 300 * millisecond;
  Process ble = process_named("ble");  // 1 Mbit/s on the air, intervals of 30 ms, fewer packets each when far
  ble.levels = {{700e3, 15 * second}, {350e3, 5 * second}, {120e3, 3 * second}};
  ble.step_us = 500 * millisecond;
  ble.round_trip_us = 45 * millisecond;
  ble.jitter_us = 15 * millisecond;
  return {wifi, lte, lora, ble};
}

double parse_bandwidth(std::string_view text) { return plan::parse_range("--trace", text, 1.0, 1e12).low; }

std::vector<Level> parse_levels(std::string_view text) {
  std::vector<Level> levels;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const std::size_t slash = word.find('/');
    if (slash == std::string_view::npos)
      throw std::invalid_argument("--trace: '" + std::string(word) + "' is no state BANDWIDTH/TIME (1M/10s)");
    levels.push_back(
        {parse_bandwidth(word.substr(0, slash)), parse_duration_us("--trace", word.substr(slash + 1))});
  }
  if (levels.size() < 2)
    throw std::invalid_argument("--trace: markov: needs two states or more (markov:1M/10s,100k/2s)");
  return levels;
}

// The bandwidth of a process, step by step.
class Bandwidth {
 public:
  Bandwidth(const Process& process, Random& random) : process_(process), random_(random) {
    logarithm_ = process_.deviation * random_.normal();
    if (!process_.levels.empty()) enter(random_.index(process_.levels.size()), 0.0);
    if (process_.fade_every_us > 0.0) fade_begin_us_ = random_.exponential(process_.fade_every_us);
  }

  double next(double time_us) {
    if (!process_.levels.empty()) {
      while (time_us >= level_end_us_)
        enter((level_ + 1 + random_.index(process_.levels.size() - 1)) % process_.levels.size(),
              level_end_us_);
      return process_.levels[level_].bits_per_second;
    }
    const double keep = std::exp(-process_.step_us / process_.correlation_us);
    logarithm_ = keep * logarithm_ + std::sqrt(1 - keep * keep) * process_.deviation * random_.normal();
    double bits = process_.median_bits_per_second * std::exp(logarithm_);
    if (process_.fade_every_us > 0.0) {
      while (time_us >= fade_end_us_ && time_us >= fade_begin_us_) {
        fade_end_us_ = fade_begin_us_ + random_.exponential(process_.fade_us);
        fade_begin_us_ = fade_end_us_ + random_.exponential(process_.fade_every_us);
      }
      if (time_us < fade_end_us_) bits *= process_.fade_factor;
    }
    return std::clamp(bits, process_.least_bits_per_second, process_.most_bits_per_second);
  }

 private:
  void enter(std::size_t level, double time_us) {
    level_ = level;
    level_end_us_ = time_us + random_.exponential(process_.levels[level].mean_us);
  }

  const Process& process_;
  Random& random_;
  double logarithm_ = 0.0;
  std::size_t level_ = 0;
  double level_end_us_ = 0.0;
  double fade_begin_us_ = 0.0;
  double fade_end_us_ = 0.0;
};

std::vector<Segment> generate(const Process& process, double duration_us, Random& random) {
  if (duration_us / process.step_us > static_cast<double>(most_segments))
    throw std::invalid_argument("--duration: a trace of " + process.name +
                                " would have more than 10 million steps");
  Bandwidth bandwidth(process, random);
  std::vector<Segment> segments;
  for (std::size_t i = 0; segments.empty() || segments.back().end_us < duration_us; ++i) {
    const double begin_us = static_cast<double>(i) * process.step_us;
    const double jitter_us = process.jitter_us > 0.0 ? random.exponential(process.jitter_us) : 0.0;
    segments.push_back({begin_us + process.step_us, plan::us_per_byte(bandwidth.next(begin_us)),
                        process.round_trip_us + jitter_us, true});
  }
  return segments;
}

// From anywhere in the recording, the first device from its beginning.
std::vector<Segment> repeat(const std::vector<Segment>& recording, double duration_us, Random& random,
                            bool from_beginning) {
  std::size_t i = from_beginning ? 0 : random.index(recording.size());
  std::vector<Segment> segments;
  for (double end_us = 0.0; end_us < duration_us; i = (i + 1) % recording.size()) {
    if (segments.size() == most_segments)
      throw std::invalid_argument(
          "--duration: the recording would be repeated for more than 10 million steps");
    Segment segment = recording[i];
    end_us += segment.end_us - (i == 0 ? 0.0 : recording[i - 1].end_us);
    segment.end_us = end_us;
    segments.push_back(segment);
  }
  return segments;
}

std::vector<Segment> interrupted(const std::vector<Segment>& segments, const Partitions& partitions,
                                 Random& random) {
  std::vector<Segment> result;
  double change_us = random.exponential(partitions.mean_up_us);
  bool up = true;
  for (const Segment& segment : segments) {
    while (change_us < segment.end_us) {
      Segment part = segment;
      part.end_us = change_us;
      part.up = segment.up && up;
      if (result.empty() || part.end_us > result.back().end_us) result.push_back(part);
      up = !up;
      change_us += random.exponential(up ? partitions.mean_up_us : partitions.mean_down_us);
      if (result.size() >= most_segments)
        throw std::invalid_argument("--partitions: more than 10 million of them");
    }
    result.push_back(segment);
    result.back().up = segment.up && up;
  }
  return result;
}

}  // namespace

double parse_duration_us(const std::string& option, std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::pair<std::string_view, double> units[] = {
      {"us", 1.0}, {"ms", millisecond}, {"s", second}, {"m", 60 * second}, {"h", 3600 * second}};
  const auto* const found = std::ranges::find(units, unit, &std::pair<std::string_view, double>::first);
  if (error != std::errc() || found == std::end(units))
    throw std::invalid_argument(option + ": '" + std::string(text) + "' is no time (250ms, 10s, 5m)");
  value *= found->second;
  if (!(value >= 1.0 && value <= 1e12))
    throw std::invalid_argument(option + ": " + std::string(text) + " is not between 1us and 277h");
  return value;
}

const std::vector<Process>& known_processes() {
  static const std::vector<Process> known = make_known();
  return known;
}

TraceSource::TraceSource(std::string_view text, double round_trip_us) : name_(text) {
  const auto known = std::ranges::find(known_processes(), text, &Process::name);
  if (known != known_processes().end()) {
    process_ = *known;
  } else if (text.starts_with("constant:")) {
    const double bits = parse_bandwidth(text.substr(9));
    replayed_ = {{3600 * second, plan::us_per_byte(bits), round_trip_us, true}};
  } else if (text.starts_with("markov:")) {
    process_ = process_named("markov");
    process_.levels = parse_levels(text.substr(7));
    process_.step_us = 100 * millisecond;
    process_.round_trip_us = round_trip_us;
  } else if (text.ends_with(".csv")) {
    replayed_ = read_csv(std::string(text), round_trip_us);
  } else {
    throw std::invalid_argument(
        "--trace: '" + std::string(text) +
        "' is none of wifi, lte, lora, ble, constant:5M, markov:1M/10s,100k/2s, a .csv file");
  }
}

Trace TraceSource::make(double duration_us, const Partitions& partitions, std::uint64_t seed,
                        std::uint64_t device) const {
  Random random = {seed, device, 1};
  std::vector<Segment> segments = replayed_.empty() ? generate(process_, duration_us, random)
                                                    : repeat(replayed_, duration_us, random, device == 0);
  Random cuts = {seed, device, 2};
  if (partitions.mean_up_us > 0.0) segments = interrupted(segments, partitions, cuts);
  segments.back().up = true;
  return Trace(std::move(segments));
}

}  // namespace coinfer::simulate
