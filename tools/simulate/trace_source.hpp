// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulate/trace.hpp"

// Where the traces of the devices' links come from.
namespace coinfer::simulate {

// One state of a link that jumps between a few.
struct Level {
  double bits_per_second = 0.0;
  double mean_us = 0.0;  // how long it lasts, exponentially distributed
};

// A link whose bandwidth jumps between levels, or whose logarithm is a first-order autoregressive process
// with fades; and whose round trip is a least time plus an exponentially distributed one.
struct Process {
  std::string name;
  std::vector<Level> levels;  // empty: autoregressive
  double median_bits_per_second = 0.0;
  double deviation = 0.0;       // of the natural logarithm
  double correlation_us = 0.0;  // after which the correlation is 1/e
  double fade_every_us = 0.0;   // mean time from one fade to the next, 0: none
  double fade_us = 0.0;         // mean length of a fade
  double fade_factor = 1.0;     // of the bandwidth
  double least_bits_per_second = 0.0;
  double most_bits_per_second = 0.0;
  double step_us = 0.0;  // of the trace
  double round_trip_us = 0.0;
  double jitter_us = 0.0;  // mean of what is added to the round trip
};

// 'wifi', 'lte', 'lora', 'ble': with parameters of their own.
const std::vector<Process>& known_processes();

struct Partitions {
  double mean_up_us = 0.0;  // 0: none
  double mean_down_us = 0.0;
};

// wifi | lte | lora | ble | constant:BANDWIDTH | markov:BANDWIDTH/TIME,BANDWIDTH/TIME,... | a file that ends
// in .csv.
class TraceSource {
 public:
  // `round_trip_us`: of what names none itself. Throws std::invalid_argument naming --trace, files::FileError
  // naming the file and its line.
  TraceSource(std::string_view text, double round_trip_us);

  const std::string& name() const { return name_; }

  // The link of one device for so long, interrupted by partitions.
  Trace make(double duration_us, const Partitions& partitions, std::uint64_t seed,
             std::uint64_t device) const;

 private:
  std::string name_;
  Process process_;
  std::vector<Segment> replayed_;  // instead of a process; repeated to the end
};

// Lines of time in s, bit/s and, where there are more columns, round trip in us, and 1 (up) or 0 (down);
// times rise and begin anywhere, each line holds until the next one's time, and the last as long as the line
// before it. A first line that begins with a letter is a title.
std::vector<Segment> read_csv(const std::string& path, double round_trip_us);

// 10us, 250ms, 10s, 5m, 1h. Throws std::invalid_argument naming the option.
double parse_duration_us(const std::string& option, std::string_view text);

}  // namespace coinfer::simulate
